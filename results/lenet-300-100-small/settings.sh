# shellcheck shell=bash disable=SC2034
# title: LeNet-300-100, at its smallest
architecture=lenet-300-100
training="--epochs 30 --lr 0.1 --shift 2 --weight-decay 0.00002"
