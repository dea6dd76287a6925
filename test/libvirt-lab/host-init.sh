#!/bin/bash
# host-init.sh ROOT WORK IMAGES NAME: pid 1 of a host in namespaces of its own, with an overlay over ROOT for a root.
set -eu
root=$1 work=$2 images=$3 name=$4

mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$root,upperdir=$work/upper,workdir=$work/work" "$work/root"
cd "$work/root"
mount -t proc proc proc
# No cgroup below it: libvirt then goes without.
mount -t sysfs sysfs sys
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mkdir -p run/lock var/lib/images
mount --bind "$images" var/lib/images
hostname "$name"
ip link set lo up
# Bash takes in the zombies that libvirtd and the hooks leave behind.
exec chroot . /bin/bash -c 'echo ready >/run/host-init; while :; do sleep 1000 & wait -n || :; done'
