"""Makes two exposures and OpenCV's exposure fusion of them.

    /usr/bin/python3 reference.py

writes over.png, under.png and mertens.png beside itself. It needs NumPy and
OpenCV (Debian's python3-opencv).
"""

import pathlib

import cv2
import numpy as np

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(1)
y, x = np.mgrid[:64, :128].astype(float)
disc = (x - 50) ** 2 + (y - 30) ** 2 < 300
scene = np.stack([100 + 60 * np.sin(0.1 * x + 0.05 * y + c) + 40 * disc for c in range(3)], -1)
scene += 3 * rng.standard_normal(scene.shape)
over, under = (np.clip(gain * scene, 0, 255).astype(np.uint8) for gain in (1.8, 0.5))
fused = cv2.createMergeMertens(1, 1, 1).process([over, under])
for name, p in (("over", over), ("under", under), ("mertens", np.clip(np.rint(255 * fused), 0, 255))):
    cv2.imwrite(str(HERE / f"{name}.png"), p[..., ::-1])  # files are written in BGR
