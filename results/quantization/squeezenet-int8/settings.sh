# shellcheck shell=bash disable=SC2034
# title: SqueezeNet-style, CIFAR-10: `quantize.static`
model=results/small/squeezenet/model.pare
data=cifar10
recipe=../int8.yaml
seeds=1
