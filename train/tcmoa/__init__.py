"""The trainer of TC-MoA image fusion: network, losses, data, runs, export.

The network is that of Zhu, Sun, Cao, Hu, "Task-Customized Mixture of Adapters
for General Image Fusion" (CVPR 2024), in the paper's variants and in a small
one for the browser.
"""
