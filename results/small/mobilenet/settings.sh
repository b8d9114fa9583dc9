# shellcheck shell=bash disable=SC2034
# title: MobileNet-style
architecture=mobilenet-cifar
data=cifar10
recipe=../recipe.yaml
training="--epochs 20 --nesterov --lr 0.1 --warmup-epochs 1 --weight-decay 0.0005 --augment crop=4,flip"
seeds=1
