"""Images per second of PyTorch training LeNet-5 (Caffe form): python3 torch_train.py THREADS BATCH STEPS."""
import sys
import time

import torch
from torch import nn

threads, batch, steps = (int(a) for a in sys.argv[1:4])
torch.set_num_threads(threads)
torch.manual_seed(1)
net = nn.Sequential(
    nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10))
data = torch.rand(8 * batch, 1, 28, 28)
labels = torch.randint(0, 10, (8 * batch,))
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
loss_of = nn.CrossEntropyLoss()


def step(i):
    at = (i % 8) * batch
    optimizer.zero_grad()
    loss = loss_of(net(data[at:at + batch]), labels[at:at + batch])
    loss.backward()
    optimizer.step()
    return loss.item()


for i in range(10):
    step(i)
start = time.perf_counter()
for i in range(steps):
    step(i)
print(f"{steps * batch / (time.perf_counter() - start):.1f}")
