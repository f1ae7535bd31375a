# python3 test/linalg/golden/singularValues.py > test/linalg/golden/singularValues.json
# Singular values of matrices and products that are hard to get right, by mpmath 1.3 at 60 digits. Entries are doubles,
# written as their eight bytes in hexadecimal, the most significant first; the values hold for those very doubles.
import json
import struct
from fractions import Fraction

import mpmath as mp

mp.mp.dps = 60


def matrix(rows, columns, entry):
    return [[float(entry(i, j)) for j in range(columns)] for i in range(rows)]


def numbers(seed):
    """Doubles in [-1, 1) that need no library: a linear congruential generator of 64 bits."""
    while True:
        seed = (6364136223846793005 * seed + 1442695040888963407) % 2**64
        yield (seed >> 11) / 2**52 - 1


def random(rows, columns, seed):
    draw = numbers(seed)
    return matrix(rows, columns, lambda i, j: next(draw))


def hilbert(n):
    return matrix(n, n, lambda i, j: Fraction(1, i + j + 1))


def kahan(n, cosine=Fraction(3, 5), sine=Fraction(4, 5)):
    return matrix(n, n, lambda i, j: 0 if j < i else sine**i * (1 if i == j else -cosine))


def scaled(rows, columns, seed, factor):
    """Row i times factor(i)."""
    entries = random(rows, columns, seed)
    return matrix(rows, columns, lambda i, j: entries[i][j] * factor(i))


def below_one(n):
    """The Läuchli matrix: a row of ones above a tiny multiple of the identity."""
    return matrix(n + 1, n, lambda i, j: 1 if i == 0 else 2.0**-30 if i == j + 1 else 0)


def binomial(n):
    rows = [[1] * n]
    for _ in range(n - 1):
        row = [1]
        for j in range(1, n):
            row.append(row[-1] + rows[-1][j])
        rows.append(row)
    return rows


single = {
    "Hilbert, 10": [hilbert(10)],
    "Kahan, 12": [kahan(12)],
    "Läuchli, 7 × 6": [below_one(6)],
    "Pascal, 12": [matrix(12, 12, lambda i, j: binomial(12)[i][j])],
    "Vandermonde, 14 × 8": [matrix(14, 8, lambda i, j: Fraction(i + 1, 14) ** j)],
    "graded by 1e-3 a row": [scaled(9, 9, 1, lambda i: 1e-3**i)],
    "triangle of minus ones, nearly singular": [matrix(24, 24, lambda i, j: 0 if j < i else 1 if i == j else -1)],
    "four values at 1, four at 1 + 2^-40": [
        matrix(8, 8, lambda i, j: 0 if i != (5 * j) % 8 else 1 + 2.0**-40 if i % 2 else 1)
    ],
    "random, 5 × 17": [random(5, 17, 2)],
    "random, entries near 1e-160": [scaled(6, 6, 3, lambda i: 1e-160)],
    "random, entries near 1e150": [scaled(7, 4, 4, lambda i: 1e150)],
    "rank one and round-off": [matrix(9, 9, lambda i, j: (i + 1) / 7 * (j + 1) / 3)],
}
products = {
    "Hilbert cubed, 6": [hilbert(6)] * 3,
    "Kahan cubed, 8": [kahan(8)] * 3,
    "Läuchli through a random layer": [below_one(4), random(6, 5, 5), below_one(6)],
    "six random layers": [random(5, 5, 6 + k) for k in range(6)],
    "graded up and down": [scaled(6, 6, 12, lambda i: 1e-2**i), random(6, 6, 13), scaled(6, 6, 14, lambda i: 1e2**i)],
    "a bottleneck": [random(3, 8, 15), random(9, 3, 16), random(4, 9, 17)],
}


def told(name, factors):
    product = mp.matrix(factors[0])
    for factor in factors[1:]:
        product = mp.matrix(factor) * product
    values = mp.svd_r(product, compute_uv=False)
    return {
        "name": name,
        "factors": [
            {
                "rows": len(factor),
                "columns": len(factor[0]),
                "data": "".join(struct.pack(">d", entry).hex() for row in factor for entry in row),
            }
            for factor in factors
        ],
        # An exact zero comes out as round-off of 60 digits.
        "values": ["0" if value < values[0] * mp.mpf(10) ** -50 else mp.nstr(value, 25) for value in values],
    }


golden = {kind: [told(*one) for one in cases.items()] for kind, cases in (("matrices", single), ("products", products))}
print(json.dumps(golden, ensure_ascii=False, indent=1))
