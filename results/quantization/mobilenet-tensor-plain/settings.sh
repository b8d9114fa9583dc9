# shellcheck shell=bash disable=SC2034
# title: MobileNet-style, CIFAR-10: `quantize.static` with one scale for each layer's weights
model=results/small/mobilenet/model.pare
data=cifar10
seeds=1
