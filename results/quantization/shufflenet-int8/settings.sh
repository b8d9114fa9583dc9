# shellcheck shell=bash disable=SC2034
# title: ShuffleNet-style, CIFAR-10: `quantize.static`
model=results/small/shufflenet/model.pare
data=cifar10
recipe=../int8.yaml
seeds=1
