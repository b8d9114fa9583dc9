"""PyTorch's side of training races: python3 torch_train.py NETWORK DATA THREADS BATCH.

Says "ready PARAMETERS" after a first step. Then each line "run SECONDS LEAST" of stdin trains for so long, at least so many steps, and is
answered by the mean seconds of a step. DATA: pictures as bytes, then their labels as bytes (10 classes)."""
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class Shortcut(nn.Module):
    """Option A: every second pixel, missing channels are zeros."""

    def __init__(self, more):
        super().__init__()
        self.more = more

    def forward(self, x):
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.more // 2, self.more // 2))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.straight = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut = nn.Identity() if inputs == outputs else Shortcut(outputs - inputs)

    def forward(self, x):
        return F.relu(self.straight(x) + self.shortcut(x), inplace=True)


def unit(inputs, outputs, kernel, stride=1, groups=1):
    return [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]


def lenet_5():
    return nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(800, 500), nn.ReLU(inplace=True), nn.Linear(500, 10))


def resnet_20():
    layers, channels = unit(3, 16, 3), 16
    for stage in range(3):
        for block in range(3):
            layers.append(Block(channels, 16 << stage, 2 if stage > 0 and block == 0 else 1))
            channels = 16 << stage
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def mobilenet_cifar():
    layers, channels = unit(3, 32, 3), 32
    for outputs, stride in [(64, 2), (96, 1), (160, 2), (160, 1), (160, 1), (160, 1), (320, 2), (320, 1)]:
        layers += unit(channels, channels, 3, stride, channels) + unit(channels, outputs, 1)
        channels = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(320, 10))


network, path, threads, batch = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
torch.manual_seed(1)
net = {"lenet-5": lenet_5, "resnet-20": resnet_20, "mobilenet-cifar": mobilenet_cifar}[network]()
channels, side = (1, 28) if network == "lenet-5" else (3, 32)
everything = torch.frombuffer(bytearray(open(path, "rb").read()), dtype=torch.uint8)
count = len(everything) // (channels * side * side + 1)
pictures = everything[:-count].view(count, channels, side, side)
labels = everything[-count:].long()
# Measured: with channels last ResNet-20 trains 2 %, the separable network and LeNet-5 20 % faster.
net = net.to(memory_format=torch.channels_last)
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
loss_of = nn.CrossEntropyLoss()
order, at = torch.randperm(count), 0


def augmented(x):
    """Crops of pictures padded by 4, mirrored at random: all pictures of a batch in one gathering, the cheapest way that PyTorch has."""
    n = len(x)
    padded = F.pad(x, (4, 4, 4, 4))
    rows = torch.randint(0, 9, (n, 1)) + torch.arange(side)
    columns = torch.randint(0, 9, (n, 1)) + torch.arange(side)
    columns = torch.where(torch.rand(n, 1) < 0.5, columns.flip(1), columns)
    return padded[torch.arange(n)[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def step():
    global order, at
    if at + batch > count:
        order, at = torch.randperm(count), 0
    chosen = order[at:at + batch]
    at += batch
    x = pictures[chosen]
    x = (augmented(x) if channels == 3 else x).float().div_(255).contiguous(memory_format=torch.channels_last)
    optimizer.zero_grad()
    loss = loss_of(net(x), labels[chosen])
    loss.backward()
    optimizer.step()
    return loss.item()


step()
print("ready", sum(p.numel() for p in net.parameters()), flush=True)
for line in sys.stdin:
    _, seconds, least = line.split()
    start, steps = time.perf_counter(), 0
    while steps < int(least) or time.perf_counter() - start < float(seconds):
        step()
        steps += 1
    print(f"{(time.perf_counter() - start) / steps:.9f}", flush=True)
