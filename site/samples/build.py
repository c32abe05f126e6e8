#!/usr/bin/env python3
"""Build the sample pairs that the page ships.

    python3 build.py CACHE [NAME ...]

Fetches Debian packages into the folder CACHE with `apt-get download`, unpacks
them there (nothing is installed), checks every file it reads against its
SHA-256, and writes the pairs, their thumbnails and samples.json beside this
script. With NAMEs, only those pairs are drawn anew. The results are committed,
so only somebody who wants other samples needs to run it.

Needs a Debian system with python3-numpy, python3-opencv, python3-pil and
python3-tifffile. All noise is seeded: the same libraries give the same bytes.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

os.environ["OPENCV_IO_ENABLE_OPENEXR"] = "1"  # read by OpenCV when imported

import cv2
import numpy as np
from PIL import Image
from tifffile import imread as read_tiff

HERE = Path(__file__).resolve().parent
QUALITY = 91

# Package, path in it, SHA-256 of the file. The file's hash is what counts: a
# package may be rebuilt without its pictures changing.
SOURCES = {
    "interior": ("blender-data", "usr/share/blender/datafiles/studiolights/world/interior.exr",
                 "4f6810b182ade346eac6964bf02405adf430c321b8853a644316af4e05d0fdb5"),
    "courtyard": ("blender-data", "usr/share/blender/datafiles/studiolights/world/courtyard.exr",
                  "1518fa37da6a8a389810a7a70262c410553018a51f0be9e248155b9bb363ff3d"),
    "sunset": ("blender-data", "usr/share/blender/datafiles/studiolights/world/sunset.exr",
               "a164f20b86bc43ba4afd66c988a20a9dd5f1a0a5d8e960aed57a33f78119c168"),
    "coffee": ("python3-skimage", "usr/lib/python3/dist-packages/skimage/data/coffee.png",
               "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7"),
    "astronaut": ("python3-skimage", "usr/lib/python3/dist-packages/skimage/data/astronaut.png",
                  "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5"),
    "chelsea": ("python3-skimage", "usr/lib/python3/dist-packages/skimage/data/chelsea.png",
                "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb"),
    "landsat": ("r-cran-stars", "usr/lib/R/site-library/stars/tif/L7_ETMs.tif",
                "3b722bf4470144b6691bf720bac08f47c99464acff4dd258252891c06312678e"),
}


# --- fetching ---------------------------------------------------------------

def source(cache, name):
    """The path of a source file, fetched and unpacked on first use."""
    package, inside, digest = SOURCES[name]
    root = cache / package
    path = root / inside
    if not path.exists():
        print(f"fetching {package}")
        root.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", package], cwd=root, check=True)
        deb = max(root.glob("*.deb"), key=lambda p: p.stat().st_mtime)
        subprocess.run(["dpkg-deb", "-x", deb, root], check=True)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != digest:
        sys.exit(f"{path}: SHA-256 is {found}, expected {digest}")
    return str(path)


# --- light and colour (float32 RGB, linear unless said otherwise) -------------

def srgb_encode(x):
    x = np.clip(x, 0, 1)
    return np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)


def srgb_decode(v):
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def luminance(x):
    return x @ np.array([0.2126, 0.7152, 0.0722], x.dtype)


def sharpen(x, sigma, amount):
    """Unsharp masking, within the range of the neighbourhood: no halos."""
    sharper = x + amount * (x - cv2.GaussianBlur(x, (0, 0), sigma))
    return np.clip(sharper, cv2.erode(x, np.ones((3, 3))), cv2.dilate(x, np.ones((3, 3))))


def read_rgb8(path):
    """An 8-bit picture as linear light."""
    return srgb_decode(cv2.imread(path)[..., ::-1] / 255).astype(np.float32)


def read_exr(path):
    """A panorama as linear light, mended for being looked at up close."""
    x = np.clip(cv2.imread(path, cv2.IMREAD_UNCHANGED)[..., 2::-1], 0, 60)
    # Its makers' scaling left black rims and coloured specks beside sunlit
    # edges: there, lift what is black and take the colour of the neighbours.
    light = luminance(x)
    near_sun = cv2.dilate(light, np.ones((5, 5))) > 3 * cv2.medianBlur(light, 5)
    near_sun = cv2.dilate(near_sun.astype(np.uint8), np.ones((3, 3)))[..., None] > 0
    closed = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((3, 3)))
    colour = cv2.medianBlur(x / (light[..., None] + 1e-3), 5)
    x = np.where(near_sun, np.maximum(light, 0.6 * closed)[..., None] * colour, x)
    # The sun's disc was recorded with its blue lost; a camera sees it white.
    white = luminance(x)[..., None]
    return x + (white - x) * np.clip((white - 20) / 30, 0, 0.95)


# --- multi-exposure -----------------------------------------------------------

def look(panorama, yaw, pitch, field, width, height):
    """What a camera standing in an equirectangular panorama sees: a natural
    perspective view, `field` degrees wide."""
    focal = width / 2 / np.tan(np.radians(field) / 2)
    x, y = np.meshgrid((np.arange(width) - (width - 1) / 2) / focal,
                       (np.arange(height) - (height - 1) / 2) / focal)
    p, q = np.radians(pitch), np.radians(yaw)
    down = y * np.cos(p) - np.sin(p)
    ahead = y * np.sin(p) + np.cos(p)
    longitude = np.arctan2(x * np.cos(q) + ahead * np.sin(q),
                           ahead * np.cos(q) - x * np.sin(q))
    latitude = np.arctan2(down, np.hypot(x, ahead))
    h, w = panorama.shape[:2]
    margin = 4  # so that the seam is interpolated across
    u = (longitude / (2 * np.pi) + 0.5) % 1 * w - 0.5 + margin
    v = (latitude / np.pi + 0.5) * h - 0.5 + margin
    wrapped = cv2.copyMakeBorder(panorama, margin, margin, margin, margin, cv2.BORDER_WRAP)
    # In logarithms: else bright windows would ring into the walls around them.
    stops = cv2.remap(np.log2(wrapped + 1e-4), u.astype(np.float32), v.astype(np.float32), cv2.INTER_CUBIC)
    return np.maximum(2.0 ** sharpen(stops, 1.2, 0.4) - 1e-4, 0)


def expose(scene, stops, seed):
    """A photograph of the scene, `stops` away from what its light meter says:
    a lens that scatters a little, shot and read noise, a sensor that clips, and
    a curve with a soft shoulder."""
    metered = 0.18 / np.exp(np.log(luminance(scene) + 1e-4).mean())
    light = scene * metered * 2.0 ** stops
    glow = cv2.GaussianBlur(light, (0, 0), 2), cv2.GaussianBlur(light, (0, 0), 16)
    light = np.minimum(0.95 * light + 0.04 * glow[0] + 0.01 * glow[1], 4)
    rng = np.random.default_rng(seed)
    light = light + rng.normal(size=light.shape) * np.sqrt(light * 2e-4 + 4e-7)
    light = np.maximum(light, 0)
    white = 2.4  # the exposure that becomes pure white
    return srgb_encode(light * (1 + light / white ** 2) / (1 + light) * 1.12)


# --- multi-focus --------------------------------------------------------------

def disc(radius):
    """The blur of a point out of focus: a disc with an anti-aliased border."""
    n = int(np.ceil(radius))
    y, x = np.mgrid[-n:n + 1, -n:n + 1]
    kernel = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    return kernel / kernel.sum()


def defocus(picture, radius):
    """Blurs by a disc whose radius changes smoothly from pixel to pixel,
    interpolating between pictures blurred by whole radii."""
    out = np.zeros_like(picture)
    for r in range(int(np.ceil(radius.max())) + 1):
        weight = np.clip(1 - np.abs(radius - r), 0, 1)[..., None]
        if weight.any():
            blurred = cv2.filter2D(picture, -1, disc(r), borderType=cv2.BORDER_REFLECT) if r else picture
            out += weight * blurred
    return out


def fill(picture, known):
    """Grows a picture into where it is not known, from fine to coarse."""
    out, have = picture * known[..., None], known.copy()
    for sigma in (2, 4, 8, 16, 32, 64):
        near = cv2.GaussianBlur(have, (0, 0), sigma)
        colour = cv2.GaussianBlur(out, (0, 0), sigma) / np.maximum(near, 1e-6)[..., None]
        new = (have < 0.5) & (near > 0.02)
        out[new], have[new] = colour[new], 1
    return out


def matte(picture, mask, radius=5, epsilon=2e-4):
    """Softens a hard mask along the picture's own edges (a guided filter)."""
    guide = cv2.cvtColor(srgb_encode(picture).astype(np.float32), cv2.COLOR_RGB2GRAY)
    mean = lambda x: cv2.blur(x, (2 * radius + 1,) * 2)
    m = mask.astype(np.float32)
    gain = (mean(guide * m) - mean(guide) * mean(m)) / (mean(guide ** 2) - mean(guide) ** 2 + epsilon)
    alpha = mean(gain) * guide + mean(mean(m) - gain * mean(guide))
    return np.clip((alpha - 0.1) / 0.8, 0, 1)


def colour_matte(picture, mask, reach):
    """Softens a hard mask by colour, hair by hair: how much of a pixel within
    `reach` of the border is subject, by where its light lies between that of
    the subject inside and of the background outside. Where those two look
    alike, the mask decides."""
    size = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2)
    inside = cv2.erode(mask, size).astype(np.float32)
    outside = 1 - cv2.dilate(mask, size).astype(np.float32)
    back = fill(picture, outside)
    contrast = fill(picture, inside) - back
    power = (contrast ** 2).sum(axis=2)
    share = ((picture - back) * contrast).sum(axis=2) / np.maximum(power, 1e-6)
    trust = power / (power + 0.02)
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.8)
    alpha = trust * np.clip((share - 0.06) / 0.74, 0, 1) + (1 - trust) * soft
    # The farther from the border, the surer.
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 5) - cv2.distanceTransform(1 - mask, cv2.DIST_L2, 5)
    return np.clip(alpha, np.clip(distance / reach, 0, 1), np.clip(1 + distance / reach, 0, 1))


def focus(picture, alpha, near_depth, far_depth, plane, aperture):
    """A photograph focused on `plane`, of a scene of two layers: what `alpha`
    covers lies at `near_depth`, what is behind it at `far_depth` (maps of
    nearness, 0 far to 1 near, to which the radius of the blur is proportional).

    The background is first continued under the subject, and taken out of what
    is only partly subject; then each layer is blurred by itself and laid over
    the other; so a blurred subject spreads over a sharp background,
    and a sharp subject keeps a clean border before a blurred one.
    """
    back = fill(picture, cv2.erode((alpha < 0.03).astype(np.float32), np.ones((5, 5))))
    a = alpha[..., None]
    layer = np.concatenate([np.maximum(picture - back * (1 - a), 0), a], axis=2)
    layer = defocus(layer, np.abs(near_depth - plane) * aperture)
    back = defocus(back, np.abs(far_depth - plane) * aperture)
    return layer[..., :3] + back * (1 - layer[..., 3:])


def photograph(light, seed):
    """Sensor noise, the same in sharp and in blurred places, then sRGB."""
    rng = np.random.default_rng(seed)
    return srgb_encode(light + rng.normal(size=light.shape) * np.sqrt(np.maximum(light, 0) * 2e-5 + 1e-7))


def polygon(shape, points):
    """A hard mask from the outline of a smooth closed curve through points."""
    p = np.array(points, float)
    n = len(p)
    t = np.linspace(0, 1, 12, endpoint=False)[:, None]
    curve = []
    for i in range(n):  # Catmull-Rom
        p0, p1, p2, p3 = p[i - 1], p[i], p[(i + 1) % n], p[(i + 2) % n]
        curve.append(0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t ** 2
                            + (3 * p1 - p0 - 3 * p2 + p3) * t ** 3))
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.round(np.concatenate(curve) * 16).astype(np.int32)], 1, shift=4)
    return mask


# The cup's outline in the photograph, with its handle and without the spoon.
CUP = [(173, 112), (177, 90), (190, 64), (212, 41), (244, 24), (285, 18), (330, 24), (366, 42),
       (391, 68), (403, 96), (405, 120), (400, 150), (392, 185), (380, 215), (355, 240), (330, 255),
       (325, 272), (295, 284), (262, 282), (245, 300), (215, 305), (198, 295), (197, 275), (210, 245),
       (196, 215), (182, 180), (174, 145)]


def coffee(path):
    """A cup on a table seen from above: the table is one plane that recedes
    upwards in the picture; the cup stands out of it towards the camera."""
    light = read_rgb8(path)
    h, w = light.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    cup = polygon((h, w), CUP)
    table = 1.08 * y / h - 0.06 * x / w
    rim = np.clip((y - 18) / 190, 0, 1)
    body = 0.57 + 0.20 * rim - 0.08 * np.clip((y - 215) / 80, 0, 1)
    alpha = matte(light, cup, 3)
    return [photograph(focus(light, alpha, body, table, plane, 10), seed)
            for plane, seed in ((0.72, 31), (0.06, 32))]


# The sitter's outline with her helmet, from her right ear over the hair.
SITTER = [(182, 132), (177, 130), (173.5, 125.5), (170, 119), (168, 115), (162, 110), (157, 103),
          (155, 93), (154, 84), (153.5, 72), (154.5, 64), (157.5, 57.5), (165, 50), (173, 43.5),
          (182, 39), (188.5, 35), (192, 30.5), (199, 25.5), (207, 22.5), (218, 19.5), (228, 16),
          (236, 15.5), (245, 17), (252, 20), (260, 23.5), (269, 28), (276, 31.5), (283.5, 37.5),
          (289.5, 45), (294, 54), (297, 61), (299, 72), (301.5, 82), (301, 91), (298.5, 100),
          (295, 109), (288, 118), (281, 127), (278, 132), (274, 135.5), (270, 136.5), (267, 135.5),
          (266, 141), (264, 149), (260, 155), (255.5, 166), (255, 174), (257, 175), (270, 184),
          (284, 197), (295.5, 211), (302, 224), (304.5, 234), (315, 241), (327.5, 249.5),
          (337, 256), (342.5, 264), (346.5, 276), (349, 284), (352, 284), (355, 296), (358, 315),
          (360.5, 327), (363, 332), (360, 334), (361.5, 343), (366, 349), (375.5, 346.5),
          (386.5, 344.5), (403, 344), (419.5, 346), (436, 351), (452.5, 360.5), (466, 371.5),
          (479, 385), (488, 401.5), (493, 417), (496, 436), (497, 452.5), (503.5, 455.5),
          (505, 463.5), (507.5, 472), (509, 484), (512, 486), (540, 490), (540, 540), (45, 540),
          (37, 512), (31, 497), (26, 471), (23.5, 448), (22.5, 429), (20, 412.5), (19.5, 396),
          (24.5, 380), (26, 357), (27.5, 341), (31, 330), (33.5, 317), (36.5, 305.5), (40.5, 297),
          (42, 283), (52, 266), (62, 248.5), (73, 237), (88, 227), (104, 216), (114, 207),
          (114, 200), (113, 189), (117, 186), (122.5, 187.5), (123.5, 182), (128.5, 170.5),
          (138, 159), (152.5, 151), (172, 148), (183, 148.5), (183, 143)]


def astronaut(path):
    """A portrait: the sitter and her helmet, before a wall with a flag and a
    model of the shuttle, which the portrait itself has slightly out of focus."""
    light = read_rgb8(path)
    h, w = light.shape[:2]
    sitter = polygon((h, w), SITTER)
    hair = np.clip((150 - np.arange(h, dtype=np.float32)) / 20, 0, 1)[:, None]  # 1 above the chin
    alpha = hair * colour_matte(light, sitter, 6) + (1 - hair) * colour_matte(light, sitter, 2)
    crisp = sharpen(light, 1.2, 0.5)
    light = light + (crisp - light) * (1 - alpha[..., None])
    near, far = np.full((h, w), 0.9, np.float32), np.full((h, w), 0.1, np.float32)
    return [photograph(focus(light, alpha, near, far, plane, 7.5), seed)
            for plane, seed in ((0.9, 41), (0.1, 42))]


def chelsea(path):
    """A cat's face, close: the depth falls smoothly from the nose backwards."""
    light = read_rgb8(path)
    h, w = light.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    away = np.hypot((x - 258) / 150, (y - 262) / 150)
    near = np.clip(1.08 - 0.75 * away, 0, 1)
    return [photograph(defocus(light, np.abs(near - plane) * 9), seed)
            for plane, seed in ((0.95, 43), (0.2, 44))]


# --- visible and infrared -----------------------------------------------------

def landsat(path, left, top, band):
    """A crop of a Landsat 7 scene, twice enlarged: bands 3, 2, 1 in natural
    colour, and one infrared band (4, 5 or 7) in grey."""
    scene = read_tiff(path).astype(np.float32)
    index = {1: 0, 2: 1, 3: 2, 4: 3, 5: 4, 7: 5}
    width, height = 224, 168

    def render(bands, gamma):
        picture = scene[..., [index[b] for b in bands]]
        low, high = np.percentile(picture, (0.5, 99.6), axis=(0, 1))
        picture = np.clip((picture - low) / (high - low), 0, 1) ** gamma
        picture = picture[top:top + height, left:left + width]
        picture = cv2.resize(picture, (2 * width, 2 * height), interpolation=cv2.INTER_LANCZOS4)
        soft = cv2.GaussianBlur(picture, (0, 0), 1.2)
        return np.clip(picture + 0.35 * (picture - soft), 0, 1)

    return [render((3, 2, 1), 0.7), render((band,), 1.2)]


# --- the pairs ----------------------------------------------------------------

def armchair(path):
    scene = look(read_exr(path), yaw=-8, pitch=-12, field=100, width=448, height=336)
    return expose(scene, 1.6, 11), expose(scene, -1.6, 12)


def sunset(path):
    scene = look(read_exr(path), yaw=64, pitch=3, field=92, width=448, height=336)
    return expose(scene, 1.7, 13), expose(scene, -1.5, 14)


def dog(path):
    scene = look(read_exr(path), yaw=-169, pitch=-12, field=94, width=448, height=336)
    return expose(scene, 1.1, 15), expose(scene, -2.6, 16)


def coast(path):
    return landsat(path, left=125, top=184, band=4)


def quarry(path):
    return landsat(path, left=125, top=0, band=5)


HDRI = ("CC0-1.0", "Greg Zaal (HDRI Haven), from Debian's blender-data")
LANDSAT = ("Public domain", "U.S. Geological Survey, from Debian's r-cran-stars")

# Task, name, drawn by, its source, title, caption, licence and origin; in the
# order of the page.
PAIRS = [
    ("mef", "armchair", armchair, "interior", "Armchair by the window",
     "Two exposures. The bright one holds the room, the dark one the window and the curtain's folds.", *HDRI),
    ("mff", "astronaut", astronaut, "astronaut", "Astronaut",
     "Two focus distances: on Eileen Collins, and on the flag and the shuttle behind her. "
     "The blur was computed from one photograph.",
     "Public domain", "NASA, from Debian's python3-skimage"),
    ("vif", "coast", coast, "landsat", "Coast at Olinda",
     "Landsat 7 in natural colour and in near infrared, where plants shine and water is black. "
     "This is reflected sunlight, not heat.", *LANDSAT),
    ("mef", "sunset", sunset, "sunset", "Sunset over the lagoon",
     "Two exposures. The bright one holds the quay, the dark one the sun and the colours of the sky.", *HDRI),
    ("mff", "coffee", coffee, "coffee", "Espresso",
     "Two focus distances: on the cup, and on the table behind it. The blur was computed from one photograph.",
     "CC0-1.0", "Rachel Michetti, from Debian's python3-skimage"),
    ("vif", "quarry", quarry, "landsat", "Town and forest",
     "Landsat 7 in natural colour and in short-wave infrared, where bare soil shines and moist forest is dark. "
     "This is reflected sunlight, not heat.", *LANDSAT),
    ("mef", "dog", dog, "courtyard", "Dog in the shade",
     "Two exposures. The bright one holds the dog under the roof, the dark one the garden in the sun.", *HDRI),
    ("mff", "chelsea", chelsea, "chelsea", "Chelsea the cat",
     "Two focus distances: on the nose, and on the eyes and brow. The blur was computed from one photograph.",
     "CC0-1.0", "Stefan van der Walt, from Debian's python3-skimage"),
]


def save(name, picture, quality=QUALITY):
    pixels = (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
    # Full colour resolution: the fused picture is looked at closely.
    Image.fromarray(pixels).save(HERE / name, quality=quality, subsampling=0, optimize=True, progressive=True)
    return (HERE / name).stat().st_size


def thumbnail(a, b, width=240, height=160):
    """Both sources in one picture, cut along a diagonal."""
    def small(x):  # cut to the thumbnail's shape: the middle, or a portrait's top
        x = x if x.ndim == 3 else np.dstack([x] * 3)
        h, w = x.shape[:2]
        cut = min(h, w * height // width)
        top = (h - cut) // 2 if h < w else 0
        x = x[top:top + cut]
        return cv2.resize(x.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)

    y, x = np.mgrid[0:height, 0:width]
    edge = (x - width / 2) + (y - height / 2) * 0.5  # signed distance, roughly
    side = np.clip(edge + 0.5, 0, 1)[..., None]
    both = small(a) * (1 - side) + small(b) * side
    return np.where(np.abs(edge)[..., None] < 1.2, 1, both)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    cache, wanted = Path(sys.argv[1]), sys.argv[2:]
    entries, total = [], 0
    for task, name, draw, origin, title, caption, licence, author in PAIRS:
        ident = f"{task}-{name}"
        files = [f"{ident}-{part}.jpg" for part in ("a", "b", "thumb")]
        if not wanted or name in wanted:
            a, b = draw(source(cache, origin))
            sizes = [save(files[0], a), save(files[1], b), save(files[2], thumbnail(a, b), 85)]
            print(f"{ident}: {a.shape[1]}x{a.shape[0]}, {' + '.join(map(str, sizes))} bytes")
        width, height = Image.open(HERE / files[0]).size
        total += sum((HERE / f).stat().st_size for f in files)
        entries.append(dict(id=ident, task=task, title=title, a=files[0], b=files[1], thumb=files[2],
                            width=width, height=height, caption=caption, licence=licence, origin=author))
    (HERE / "samples.json").write_text(json.dumps(entries, indent=1, ensure_ascii=False) + "\n")
    print(f"{len(entries)} pairs, {total} bytes in all")


if __name__ == "__main__":
    main()
