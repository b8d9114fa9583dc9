# shellcheck shell=bash disable=SC2034
# title: the same ResNet-20, pruned, clustered, Huffman-coded
model=models/resnet-cifar10/resnet20-cifar10.onnx
options="--mean 0.485,0.456,0.406 --std 0.229,0.224,0.225"
seeds=1
