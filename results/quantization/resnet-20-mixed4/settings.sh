# shellcheck shell=bash disable=SC2034
# title: ResNet-20 as a stranger exported it, CIFAR-10: `quantize.mixed`, weights of 4 bits in the mean, activations of 8
model=models/resnet-cifar10/resnet20-cifar10.onnx
options="--mean 0.485,0.456,0.406 --std 0.229,0.224,0.225"
seeds=1
