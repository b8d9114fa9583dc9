# shellcheck shell=bash disable=SC2034
# title: LeNet-5 (Caffe), MNIST: `rewrite.global-pool-head` alone, 68,588 parameters
architecture=lenet-5
training="--epochs 12 --lr 0.02 --shift 2 --weight-decay 0.0001"
