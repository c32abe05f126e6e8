"""Makes the pictures of the tests and what the metrics should say of them.

    /usr/bin/python3 reference.py

writes a.png, b.png, fused.png and reference.json beside itself. It needs NumPy,
SciPy and scikit-image (Debian's python3-skimage). Nothing is shared with the Go
code: two-dimensional convolution for separable filters, NumPy's Fourier
transform, scikit-image's entropy, PSNR and SSIM, eigenvalues by LAPACK, and
formulas written as the papers have them.
"""

import json
import pathlib

import numpy as np
from numpy.fft import fft2, fftfreq, ifft2
from scipy import ndimage
from scipy.signal import correlate2d
from skimage import io
from skimage.measure import shannon_entropy
from skimage.metrics import structural_similarity

HERE = pathlib.Path(__file__).parent
EPS = np.finfo(float).eps


def pictures():
    """Two exposures of a scene, each sharp on one side, and a mediocre fusion."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[:61, :75].astype(float)
    scene = 90 + 0.8 * x + 25 * np.sin(x * y / 90) + 18 * np.sin(0.9 * x + 0.4 * y)
    scene += 60 * ((x - 22) ** 2 + (y - 30) ** 2 < 180) - 70 * (abs(x - 55) + abs(y - 25) < 14)
    scene += 12 * ndimage.gaussian_filter(rng.standard_normal(x.shape), 1) / 0.28
    soft = ndimage.gaussian_filter(scene, 2)
    side = 1 / (1 + np.exp((x - 38) / 4))
    a = 1.25 * (side * scene + (1 - side) * soft) + 10
    b = 0.55 * ((1 - side) * scene + side * soft)
    fused = 0.6 * a + 0.4 * b + 4 * rng.standard_normal(x.shape)
    return [np.clip(np.rint(p), 0, 255).astype(np.uint8) for p in (a, b, fused)]


def gauss(n, sigma):
    r = np.arange(n) - (n - 1) / 2
    g = np.exp(-(r[:, None] ** 2 + r[None, :] ** 2) / (2 * sigma**2))
    return g / g.sum()


def inside(p, w):
    return correlate2d(p, w, mode="valid")


def same(p, w):
    return ndimage.correlate(p, w, mode="nearest")


def stats(p, q, w, f=inside):
    mp, mq = f(p, w), f(q, w)
    return mp, mq, f(p * p, w) - mp**2, f(q * q, w) - mq**2, f(p * q, w) - mp * mq


def entropy(*planes):
    h = np.histogramdd(np.stack([p.ravel() for p in planes], 1), bins=[np.arange(257)] * len(planes))[0]
    h = h[h > 0] / h.sum()
    return -np.sum(h * np.log2(h))


def mutual(p, q):
    return entropy(p) + entropy(q) - entropy(p, q)


def qncie(f, a, b):
    r = np.eye(3)
    for i, p in enumerate((a, b, f)):
        for j, q in enumerate((a, b, f)):
            if i != j:
                r[i, j] = mutual(p, q) / 8
    e = np.linalg.eigvalsh(r) / 3
    return 1 + np.sum(e * np.log(e) / np.log(256))


def ssim_parts(p, q):
    mp, mq, vp, vq, c = stats(p, q, gauss(11, 1.5))
    c1, c2 = 2.55**2, 7.65**2
    lum = (2 * mp * mq + c1) / (mp**2 + mq**2 + c1)
    cs = (2 * c + c2) / (vp + vq + c2)
    return np.mean(lum * cs), np.mean(cs)


def halve(p):
    p = np.pad(p, [(0, p.shape[0] % 2), (0, p.shape[1] % 2)], mode="edge")
    return (p[::2, ::2] + p[1::2, ::2] + p[::2, 1::2] + p[1::2, 1::2]) / 4


def msssim(p, q):
    beta, values = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333]), []
    while len(values) < 4 and min(halve(p).shape) >= 11:
        values.append(ssim_parts(p, q)[1])
        p, q = halve(p), halve(q)
    values.append(ssim_parts(p, q)[0])
    beta = beta[: len(values)] / beta[: len(values)].sum()
    return np.prod(np.array(values) ** beta)


def mefssim_scale(f, a, b):
    w, q = gauss(11, 1.5), []
    for y in range(a.shape[0] - 10):
        for x in range(a.shape[1] - 10):
            pa, pb, pf = (p[y : y + 11, x : x + 11] for p in (a, b, f))
            da, db = pa - pa.mean(), pb - pb.mean()
            la, lb = np.linalg.norm(da), np.linalg.norm(db)
            r = min((np.linalg.norm(da + db) + EPS) / (la + lb + EPS), 1)
            la, lb = la + 0.001, lb + 0.001
            p = min(np.tan(np.pi / 2 * r), 10)
            wa, wb = (la / 11) ** p + EPS, (lb / 11) ** p + EPS
            s = (wa * da / la + wb * db / lb) / (wa + wb)
            s *= max(la, lb) / np.linalg.norm(s)
            ms, mf = np.sum(w * s), np.sum(w * pf)
            cov = np.sum(w * (s - ms) * (pf - mf))
            q.append((2 * cov + 7.65**2) / (np.sum(w * (s - ms) ** 2) + np.sum(w * (pf - mf) ** 2) + 7.65**2))
    return np.mean(q)


def mefssim(f, a, b):
    beta, values = np.array([0.0448, 0.2856, 0.3001]), []
    while True:
        values.append(mefssim_scale(f, a, b))
        if len(values) == 3 or min(halve(a).shape) < 11:
            break
        f, a, b = halve(f), halve(a), halve(b)
    beta = beta[: len(values)] / beta[: len(values)].sum()
    return np.prod(np.array(values) ** beta)


def vifp(ref, dist):
    num = den = 0
    for scale in range(4):
        n = 2 ** (4 - scale) + 1
        w = gauss(n, n / 5)
        if scale:
            ref, dist = inside(ref, w)[::2, ::2], inside(dist, w)[::2, ::2]
        _, _, v1, v2, c = stats(ref, dist, w)
        g = c / (v1 + 1e-10)
        sv = v2 - g * c
        sv[g < 0] = v2[g < 0]
        g[g < 0] = 0
        sv = np.maximum(sv, 1e-10)
        num += np.sum(np.log10(1 + g**2 * v1 / (sv + 2)))
        den += np.sum(np.log10(1 + v1 / 2))
    return num / den


def q0(p, q, w):
    mp, mq, vp, vq, c = stats(p, q, w)
    return 4 * c * mp * mq / ((vp + vq) * (mp**2 + mq**2))


def piella(f, a, b):
    w = np.full((8, 8), 1 / 64)
    _, _, va, vb, _ = stats(a, b, w)
    lam, c = va / (va + vb), np.maximum(va, vb)
    q = lam * q0(a, f, w) + (1 - lam) * q0(b, f, w)
    return q.mean(), np.sum(c * q) / np.sum(c)


def sobel(p):
    sx = same(p, np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1.0]]))
    sy = same(p, np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1.0]]))
    with np.errstate(divide="ignore", invalid="ignore"):
        angle = np.where(sx == 0, np.where(sy == 0, 0, np.pi / 2), np.arctan(sy / sx))
    return np.hypot(sx, sy), angle


def qc(f, a, b):
    w = gauss(7, 1.5)
    ca, cb = stats(a, f, w)[4], stats(b, f, w)[4]
    s = np.clip(ca / (ca + cb), 0, 1)
    return np.mean(s * q0(a, f, w) + (1 - s) * q0(b, f, w))


def qy(f, a, b):
    w = gauss(7, 1.5)
    _, _, va, vb, _ = stats(a, b, w)
    lam, qa, qb = va / (va + vb), q0(a, f, w), q0(b, f, w)
    return np.mean(np.where(q0(a, b, w) >= 0.75, lam * qa + (1 - lam) * qb, np.maximum(qa, qb)))


def qabf(f, a, b):
    gf, af = sobel(f)
    num = den = 0
    for p in (a, b):
        g, al = sobel(p)
        strength = np.minimum(g, gf) / np.maximum(np.maximum(g, gf), 1e-30)
        turn = np.abs(al - af)
        turn = np.minimum(turn, np.pi - turn)
        orient = 1 - turn / (np.pi / 2)
        q = 0.9994 / (1 + np.exp(-15 * (strength - 0.5))) * 0.9879 / (1 + np.exp(-22 * (orient - 0.8)))
        num, den = num + np.sum(g * q), den + np.sum(g)
    return num / den


def frequencies(shape):
    return np.meshgrid(fftfreq(shape[1]) * shape[1], fftfreq(shape[0]) * shape[0])


def qcv(f, a, b):
    u, v = frequencies(f.shape)
    r = np.hypot(u, v) / 4
    csf = 2.6 * (0.0192 + 0.114 * r) * np.exp(-((0.114 * r) ** 1.1))
    num = den = 0
    for p in (a, b):
        g, d = sobel(p)[0] ** 5, ifft2(fft2(p - f) * csf).real ** 2
        for y in range(0, f.shape[0], 16):
            for x in range(0, f.shape[1], 16):
                block = np.s_[y : y + 16, x : x + 16]
                num, den = num + g[block].sum() * d[block].mean(), den + g[block].sum()
    return num / den


def qcb(f, a, b):
    u, v = frequencies(f.shape)
    r = np.hypot(u, v) / 15
    csf = np.exp(-((r / 15.387) ** 2)) - 0.7622 * np.exp(-((r / 1.3456) ** 2))
    contrast = []
    for p in (f, a, b):
        p = ifft2(fft2(p) * csf).real
        c = np.abs(same(p, gauss(31, 2)) / same(p, gauss(31, 4)) - 1)
        contrast.append(c**3 / (c**2 + 0.0001))
    cf, ca, cb = contrast
    la = ca**2 / (ca**2 + cb**2)
    qa, qb = (np.minimum(c, cf) / np.maximum(c, cf) for c in (ca, cb))
    return np.mean(la * qa + (1 - la) * qb)


def phase_congruency(p):
    """Kovesi's program, the noise estimated in the space domain as he does."""
    rows, cols = p.shape
    u, v = np.meshgrid(fftfreq(cols), fftfreq(rows))
    radius, theta = np.hypot(u, v), np.arctan2(-v, u)
    radius[0, 0] = 1
    low = 1 / (1 + (radius / 0.45) ** 30)
    spectrum = fft2(p)
    energy_sum = amp_sum = 0
    xx = yy = xy = 0
    for o in range(6):
        angle = o * np.pi / 6
        off = np.abs(np.arctan2(np.sin(theta - angle), np.cos(theta - angle)))
        spread = np.exp(-(off**2) / (2 * (np.pi / 6 / 1.2) ** 2))
        responses, kernels, filters = [], [], []
        for s in range(4):
            f = np.exp(-np.log(radius * 3 * 2.1**s) ** 2 / (2 * np.log(0.55) ** 2)) * low * spread
            f[0, 0] = 0
            filters.append(f)
            kernels.append(ifft2(f).real * np.sqrt(rows * cols))
            responses.append(ifft2(spectrum * f))
        amp = sum(abs(r) for r in responses)
        total = sum(responses)
        unit = total / (abs(total) + 1e-4)
        energy = sum((r * unit.conj()).real - abs((r * unit.conj()).imag) for r in responses)
        power = np.median(abs(responses[0]) ** 2) / -np.log(0.5) / np.sum(filters[0] ** 2)
        n2 = 2 * power * sum(np.sum(k**2) for k in kernels)
        n2 += 4 * power * sum(np.sum(kernels[i] * kernels[j]) for i in range(3) for j in range(i + 1, 4))
        tau = np.sqrt(n2 / 2)
        t = (tau * np.sqrt(np.pi / 2) + 2 * np.sqrt((2 - np.pi / 2) * tau**2)) / 1.7
        width = amp / (np.max([abs(r) for r in responses], axis=0) + 1e-4) / 4
        energy = np.maximum(energy - t, 0) / (1 + np.exp((0.5 - width) * 10))
        energy_sum, amp_sum = energy_sum + energy, amp_sum + amp
        pc = energy / (amp + 1e-4)
        xx, yy, xy = xx + (pc * np.cos(angle)) ** 2, yy + (pc * np.sin(angle)) ** 2, xy + pc**2 * np.cos(angle) * np.sin(angle)
    xx, yy, xy = xx / 3, yy / 3, 4 * xy / 6
    spread = np.hypot(xy, xx - yy)
    return energy_sum / (amp_sum + 1e-4), (xx + yy + spread) / 2, (xx + yy - spread) / 2


def qp(f, a, b):
    mf, ma, mb = phase_congruency(f), phase_congruency(a), phase_congruency(b)
    first = ma[0] > mb[0]
    mm = [np.where(first, p, q) for p, q in zip(ma, mb)]
    w, result = gauss(11, 1.5), 1
    for kind in range(3):
        best = np.zeros(f.shape)
        for m in (ma, mb, mm):
            mask = m[0] > 0.1
            _, _, vp, vq, c = stats(m[kind] * mask, mf[kind], w, same)
            best = np.maximum(best, np.where(mask, (c + 1e-4) / (np.sqrt(abs(vp * vq)) + 1e-4), 0))
        result *= best.sum() / np.sum(mm[0] > 0.1)
    return result


def fmi_pair(p, q):
    if (p == q).all():
        return 1
    p, q = (np.ones(9) if v.min() == v.max() else v - v.min() for v in (p, q))
    p, q = p / p.sum(), q / q.sum()
    c = np.sum((p - p.mean()) * (q - q.mean()))
    c = 0 if c == 0 else c / np.sqrt(np.sum((p - p.mean()) ** 2) * np.sum((q - q.mean()) ** 2))
    cp, cq, i = np.cumsum(p), np.cumsum(q), np.arange(9)
    sp, sq = (np.sqrt(max(np.sum(i**2 * v) - np.sum(i * v) ** 2, 0)) for v in (p, q))
    bound = np.minimum.outer(cp, cq) if c >= 0 else np.maximum(np.add.outer(cp, cq) - 1, 0)
    phi = 0
    if c != 0 and sp * sq > 0:
        phi = min(c * sp * sq / np.sum(bound - np.outer(cp, cq)), 1)
    density = np.diff(np.diff(np.pad(bound, [(1, 0), (1, 0)]), axis=0), axis=1)
    joint = phi * density + (1 - phi) * np.outer(p, q)

    def h(v):
        v = v[v > 1e-15]
        return -np.sum(v * np.log2(v))

    return max(0, 2 * (h(p) + h(q) - h(joint)) / (h(p) + h(q)))


def fmi(f, a, b):
    values = []
    for y in range(f.shape[0] - 2):
        for x in range(f.shape[1] - 2):
            pf, pa, pb = (p[y : y + 3, x : x + 3].T.ravel() for p in (f, a, b))
            values.append((fmi_pair(pf, pa) + fmi_pair(pf, pb)) / 2)
    return np.mean(values)


def pearson(p, q):
    return np.corrcoef(p.ravel(), q.ravel())[0, 1]


def main():
    a8, b8, f8 = pictures()
    for name, p in (("a", a8), ("b", b8), ("fused", f8)):
        io.imsave(HERE / f"{name}.png", p, check_contrast=False)
    a, b, f = (p.astype(float) for p in (a8, b8, f8))

    def ssim(p, q):
        return structural_similarity(p, q, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)

    gy, gx = np.diff(f, axis=0), np.diff(f, axis=1)
    edges = [sobel(p)[0] for p in (f, a, b)]
    qs, qw = piella(f, a, b)
    mse = (np.mean((f - a) ** 2) + np.mean((f - b) ** 2)) / 2
    values = {
        "EN": shannon_entropy(f8, base=2),
        "MI": mutual(f, a) + mutual(f, b),
        "NMI": sum(2 * mutual(f, p) / (entropy(f) + entropy(p)) for p in (a, b)),
        "Qncie": qncie(f, a, b),
        "FMI": fmi(f, a, b),
        "SD": f.std(),
        "SF": np.sqrt((np.sum(gx**2) + np.sum(gy**2)) / f.size),
        "AG": np.mean(np.sqrt((gx[:-1] ** 2 + gy[:, :-1] ** 2) / 2)),
        "CC": (pearson(f, a) + pearson(f, b)) / 2,
        "SCD": pearson(f - b, a) + pearson(f - a, b),
        "PSNR": 10 * np.log10(255**2 / mse),
        "SSIM": (ssim(f, a) + ssim(f, b)) / 2,
        "MS-SSIM": (msssim(f, a) + msssim(f, b)) / 2,
        "MEF-SSIM": mefssim(f, a, b),
        "Qs": qs,
        "Qw": qw,
        "Qe": qw * piella(*edges)[1],
        "Qc": qc(f, a, b),
        "Qy": qy(f, a, b),
        "Qabf": qabf(f, a, b),
        "Qp": qp(f, a, b),
        "VIF": vifp(a, f) + vifp(b, f),
        "Qcv": qcv(f, a, b),
        "Qcb": qcb(f, a, b),
    }
    text = json.dumps({k: float(v) for k, v in values.items()}, indent="\t")
    (HERE / "reference.json").write_text(text + "\n")


main()
