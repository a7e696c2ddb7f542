#!/bin/sh
# What an intruder might do in a container: eight suspicious things and a few
# harmless ones between them. Everything stays in a temporary directory.
say() { printf '  $ %s\n' "$*"; }
dir=$1
cd "$dir" || exit 1

say 'ls /usr >/dev/null                        (harmless)'
ls /usr >/dev/null

say 'cat /etc/shadow                           (credentials)'
cat /etc/shadow >/dev/null 2>&1

say 'cat /proc/1/environ                       (secrets of another process)'
cat /proc/1/environ >/dev/null 2>&1

say 'cp /bin/ls ./miner; ./miner               (dropped and executed)'
cp /bin/ls ./miner && ./miner >/dev/null

say './miner stratum+tcp://pool.example:3333   (crypto miner)'
./miner stratum+tcp://pool.example:3333 >/dev/null 2>&1

say 'echo ... >> cron.d/job                    (persistence)'
mkdir -p root/.ssh && echo 'ssh-ed25519 AAAA' >>root/.ssh/authorized_keys

say ': > log/auth.log                          (log tampering)'
mkdir -p var/log && : >var/log/auth.log

say 'exec from /dev/shm                        (memory-backed file system)'
cp /bin/true /dev/shm/sysdig-sl-demo && /dev/shm/sysdig-sl-demo
rm -f /dev/shm/sysdig-sl-demo

say 'apt-get --version                         (package manager at run time)'
apt-get --version >/dev/null 2>&1

say 'date >/dev/null                           (harmless)'
date >/dev/null
