"""Decayed statistics, latency sketch indices and hierarchical shrinkage, straight from their formulas."""

import math

GAMMA_FLOOR = 1 / 101                   # prior strength at most 100 orders
GAMMA_CEILING = 0.999


class Decayed:
    """{t0, W, W2, S1, S2} with half-life; late and removed observations keep their surviving weight."""

    def __init__(self, half_life, t0=0.0, w=0.0, w2=0.0, s1=0.0, s2=0.0):
        self.half_life, self.t0 = half_life, t0
        self.w, self.w2, self.s1, self.s2 = w, w2, s1, s2

    def observe(self, t, x, weight=1.0, sign=1):
        if t >= self.t0:
            if (t - self.t0) / self.half_life > 60:
                self.w = self.w2 = self.s1 = self.s2 = 0.0
            d = 2 ** (-(t - self.t0) / self.half_life)
            self.w, self.s1, self.s2 = self.w * d, self.s1 * d, self.s2 * d
            self.w2 *= d * d
            self.t0 = t
        else:
            weight *= 2 ** (-(self.t0 - t) / self.half_life)
        self.w = max(0.0, self.w + sign * weight)
        self.w2 = max(0.0, self.w2 + sign * weight * weight)
        self.s1 += sign * weight * x
        self.s2 += sign * weight * x * x

    def remove(self, t, x, weight=1.0):
        self.observe(t, x, weight, -1)

    def merge(self, other):
        latest = max(self.t0, other.t0)
        total = Decayed(self.half_life, latest)
        for part in (self, other):
            d = 2 ** (-(latest - part.t0) / self.half_life)
            total.w += part.w * d
            total.w2 += part.w2 * d * d
            total.s1 += part.s1 * d
            total.s2 += part.s2 * d
        return total

    @property
    def mean(self):
        return self.s1 / self.w if self.w > 0 else None

    @property
    def n_eff(self):
        return self.w ** 2 / self.w2 if self.w2 > 0 else 0.0

    @property
    def variance(self):
        if self.n_eff <= 1:
            return None
        return max(0.0, self.s2 / self.w - self.mean ** 2) * self.n_eff / (self.n_eff - 1)


# -- DDSketch -----------------------------------------------------------------------------------

def sketch_growth(alpha):
    return (1 + alpha) / (1 - alpha)


def sketch_index(nanoseconds, alpha=0.01):
    clamped = min(max(nanoseconds, 1e3), 60e9)
    return math.ceil(math.log(clamped) / math.log(sketch_growth(alpha)))


def sketch_value(index, alpha=0.01):
    growth = sketch_growth(alpha)
    return 2 * growth ** index / (growth + 1)


def sketch_quantile(values, q, alpha=0.01):
    """The bucket value at rank ceil(q W), of unit weights."""
    rank = max(1, math.ceil(q * len(values) - 1e-12))
    indices = sorted(sketch_index(value, alpha) for value in values)
    return sketch_value(indices[rank - 1], alpha)


# -- rates --------------------------------------------------------------------------------------

def phi(within_variance, mu):
    """Pooled within-child variance over that of a Bernoulli of the same mean."""
    return within_variance / (mu * (1 - mu))


def kleinman(families, dispersion=1.0, floor=GAMMA_FLOOR):
    """(mu of each family, M, gamma): children (y, n) of each parent, one gamma for all parents.

    n is divided by the dispersion first, and y with it, so that rates stay.
    """
    scaled = [[(y / n, n / dispersion) for y, n in family] for family in families]
    gamma, weights = 0.0, [[n for _, n in family] for family in scaled]
    for _ in range(30):
        top = bottom = 0.0
        for family, weight in zip(scaled, weights):
            total = sum(weight)
            mu = sum(w * p for w, (p, _) in zip(weight, family)) / total
            spread = sum(w * (p - mu) ** 2 for w, (p, _) in zip(weight, family))
            a = [w * (1 - w / total) for w in weight]
            noise = sum(a_i / n for a_i, (_, n) in zip(a, family))
            top += spread - mu * (1 - mu) * noise
            bottom += mu * (1 - mu) * (sum(a) - noise)
        new = top / bottom if bottom else 0.0
        new = min(max(new, floor), GAMMA_CEILING)
        weights = [[n / (1 + new * (n - 1)) for _, n in family] for family in scaled]
        done, gamma = abs(new - gamma) < 1e-7, new
        if done:
            break
    means = []
    for family, weight in zip(scaled, weights):
        means.append(sum(w * p for w, (p, _) in zip(weight, family)) / sum(weight))
    return means, 1 / gamma - 1, gamma


def beta_posterior(y, n, prior_mean, strength):
    """(a, b) of theta given y successes of n."""
    return y + prior_mean * strength, n - y + (1 - prior_mean) * strength


def design_effect(n, child_strength):
    """What a child's n orders are worth to its parent."""
    return n / (1 + (n - 1) / (child_strength + 1))


def inflated_strength(m, parent_variance, strength):
    """M' : the prior also carries that the parent is not known exactly."""
    variance = parent_variance + m * (1 - m) / (strength + 1)
    return max(m * (1 - m) / variance - 1, 0.5)


def beta_chain(levels, mu, strengths):
    """Top-down posteriors for one path; levels of (y, n) as each parent sees them, global excluded."""
    mean, variance, path = mu, 0.0, []
    for (y, n), strength in zip(levels, strengths):
        a, b = beta_posterior(y, n, mean, inflated_strength(mean, variance, strength))
        mean = a / (a + b)
        variance = a * b / ((a + b) ** 2 * (a + b + 1))
        path.append((a, b))
    return path


# -- magnitudes ---------------------------------------------------------------------------------

def dersimonian_laird(x, v):
    """(tau2, mu, variance of mu)."""
    w = [1 / v_i for v_i in v]
    total = sum(w)
    mu0 = sum(w_i * x_i for w_i, x_i in zip(w, x)) / total
    q = sum(w_i * (x_i - mu0) ** 2 for w_i, x_i in zip(w, x))
    tau2 = max(0.0, (q - (len(x) - 1)) / (total - sum(w_i ** 2 for w_i in w) / total))
    inverse = [1 / (v_i + tau2) for v_i in v]
    return tau2, sum(i * x_i for i, x_i in zip(inverse, x)) / sum(inverse), 1 / sum(inverse)


def normal_posterior(x, v, mu, tau2, parent_variance=0.0):
    """(mean, variance)."""
    b = v / (v + tau2)
    return b * mu + (1 - b) * x, v * (1 - b) + b * b * parent_variance
