"""What a network is trained for: labels, SimCLR, Barlow Twins or BYOL. Each takes two views of the same images (and their labels) and gives a loss."""
import copy
import math

import torch
import torch.nn.functional as F
from torch import nn


def views(images):
    """A random view of each image: turned, scaled and moved a little, brighter or darker, with noise and a patch of 3 x 3 pixels left out half of the time."""
    n = len(images)

    def uniform(low, high, *shape):
        return low + (high - low) * torch.rand(*shape)

    angle, scale = uniform(-0.3, 0.3, n), uniform(0.85, 1.15, n)
    affine = torch.zeros(n, 2, 3)
    affine[:, 0, 0] = affine[:, 1, 1] = torch.cos(angle) / scale
    affine[:, 0, 1], affine[:, 1, 0] = -torch.sin(angle) / scale, torch.sin(angle) / scale
    affine[:, :, 2] = uniform(-0.25, 0.25, n, 2)  # a pixel each way: 8 pixels are 2 units
    x = F.grid_sample(images, F.affine_grid(affine, images.shape, align_corners=False), align_corners=False, padding_mode="border")
    x = x * uniform(0.7, 1.3, n, 1, 1, 1) + uniform(-0.2, 0.2, n, 1, 1, 1) + 0.1 * torch.randn_like(x)
    place = torch.arange(8)
    corner = torch.randint(0, 6, (n, 2))
    inside = (place >= corner[:, :, None]) & (place < corner[:, :, None] + 3)
    left_out = inside[:, 0, :, None] & inside[:, 1, None, :] & (torch.rand(n) < 0.5)[:, None, None]
    return x.masked_fill(left_out[:, None], 0.0)


def projector(width, outputs=64):
    return nn.Sequential(nn.Linear(width, 128), nn.BatchNorm1d(128), nn.ReLU(), nn.Linear(128, outputs))


class Supervised(nn.Module):
    """Cross-entropy of the true labels, of both views."""

    def __init__(self, network, width):
        super().__init__()
        self.network, self.head = network, nn.Linear(width, 10)

    def forward(self, a, b, labels):
        return F.cross_entropy(self.head(self.network(torch.cat([a, b]))), labels.repeat(2))


class SimCLR(nn.Module):
    """NT-Xent at temperature 0.2 (Chen et al. 2020)."""

    def __init__(self, network, width):
        super().__init__()
        self.network, self.projector = network, projector(width)

    def forward(self, a, b, _):
        z = F.normalize(self.projector(self.network(torch.cat([a, b]))), dim=1)
        likeness = (z @ z.T / 0.2).fill_diagonal_(-math.inf)
        return F.cross_entropy(likeness, torch.arange(len(z)).roll(len(a)))


class BarlowTwins(nn.Module):
    """Cross-correlation of the views towards the identity, off-diagonal weight 0.005 (Zbontar et al. 2021)."""

    def __init__(self, network, width):
        super().__init__()
        self.network, self.projector = network, projector(width)

    def forward(self, a, b, _):
        z = self.projector(self.network(torch.cat([a, b])))
        za, zb = ((part - part.mean(0)) / (part.std(0) + 1e-5) for part in z.chunk(2))
        c = za.T @ zb / len(za)
        diagonal = c.diagonal()
        return (diagonal - 1).square().sum() + 0.005 * (c.square().sum() - diagonal.square().sum())


class BYOL(nn.Module):
    """A predictor follows a slowly moving copy of the network, momentum 0.97 (Grill et al. 2020)."""

    def __init__(self, network, width):
        super().__init__()
        self.network, self.projector, self.predictor = network, projector(width), projector(64)
        self.slow = copy.deepcopy(nn.Sequential(network, self.projector)).requires_grad_(False)

    def forward(self, a, b, _):
        both = torch.cat([a, b])
        p = F.normalize(self.predictor(self.projector(self.network(both))), dim=1)
        with torch.no_grad():
            z = F.normalize(self.slow(both), dim=1).roll(len(a), 0)
        return 2 - 2 * (p * z).sum(1).mean()

    @torch.no_grad()
    def after_step(self):
        fast = nn.Sequential(self.network, self.projector)
        for slow, now in zip(self.slow.parameters(), fast.parameters()):
            slow.lerp_(now, 0.03)


OBJECTIVES = {"supervised": Supervised, "simclr": SimCLR, "barlow": BarlowTwins, "byol": BYOL}
