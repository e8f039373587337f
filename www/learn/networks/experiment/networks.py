"""Three small networks for 8 x 8 images; each gives `width` features an image."""
import torch
from torch import nn


def convolution(inputs, outputs, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs))


class Mean(nn.Module):
    """The mean over positions: (images, channels, height, width) -> (images, channels)."""

    def forward(self, x):
        return x.mean((2, 3))


def vgg(width):
    """Plain 3 x 3 convolutions, two a stage, with max pooling between the stages."""
    layers, channels = [], 1
    for stage, outputs in enumerate((width // 8, width // 4, width)):
        if stage:
            layers.append(nn.MaxPool2d(2))
        for _ in range(2):
            layers += [convolution(channels, outputs), nn.ReLU()]
            channels = outputs
    return nn.Sequential(*layers, Mean())


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.inner = nn.Sequential(convolution(inputs, outputs, stride), nn.ReLU(), convolution(outputs, outputs))
        same = inputs == outputs and stride == 1
        self.past = nn.Identity() if same else nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return torch.relu(self.inner(x) + self.past(x))


def resnet(width):
    """A convolution and three residual blocks."""
    first, second = width // 8, width // 4
    blocks = [Residual(first, first, 1), Residual(first, second, 2), Residual(second, width, 2)]
    return nn.Sequential(convolution(1, first), nn.ReLU(), *blocks, Mean())


class VisionTransformer(nn.Module):
    """Two blocks over the 16 patches of 2 x 2 pixels; the features are the mean over patches after the last normalization."""

    def __init__(self, width):
        super().__init__()
        self.patches = nn.Conv2d(1, width, 2, 2)
        self.position = nn.Parameter(0.02 * torch.randn(1, 16, width))
        block = dict(nhead=4, dim_feedforward=width, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
        self.blocks = nn.ModuleList(nn.TransformerEncoderLayer(width, **block) for _ in range(2))
        self.last = nn.LayerNorm(width)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2) + self.position
        for block in self.blocks:
            x = block(x)
        return self.last(x).mean(1)


NETWORKS = {"vgg": vgg, "resnet": resnet, "vit": VisionTransformer}
