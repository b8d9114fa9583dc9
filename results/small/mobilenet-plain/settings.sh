# shellcheck shell=bash disable=SC2034
# title: MobileNet-style, plain 3x3 convolutions
architecture=mobilenet-cifar
creation="--plain"
keep=report
data=cifar10
recipe=../recipe.yaml
training="--epochs 5 --batch 64 --nesterov --lr 0.1 --warmup-epochs 1 --weight-decay 0.0005 --label-smoothing 0.05 --augment crop=4,flip"
seeds=1
