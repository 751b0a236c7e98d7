"""How good a space is: figures with intervals, beside baselines that know little.

Shapes, in all modules: n records that are scored, m candidates, k dimensions of the space, d
features of a text, s shapes of `arkit-52`, g groups, r draws.
"""
