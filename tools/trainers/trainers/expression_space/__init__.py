"""A space that sentences and facial blendshapes share: its data, its network, its use."""
