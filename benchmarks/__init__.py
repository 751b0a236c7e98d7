"""Speed, side by side: ours, the peer, the physical limit and the ratio, in one run."""
