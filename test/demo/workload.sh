#!/bin/sh
# What an intruder might do in a container: nine suspicious things between two
# harmless ones. Everything stays in a temporary directory and /dev/shm.
say() { printf '  $ %s\n' "$*"; }
dir=$1
cd "$dir" || exit 1

say 'ls /usr >/dev/null                        (harmless)'
ls /usr >/dev/null

say 'cat /etc/shadow                           (credentials)'
cat /etc/shadow >/dev/null 2>&1

say 'cat /proc/$PPID/environ                   (secrets of another process)'
cat /proc/$PPID/environ >/dev/null 2>&1

say 'cp /bin/ls ./miner; ./miner               (dropped and executed)'
cp /bin/ls ./miner && ./miner >/dev/null

say './miner stratum+tcp://pool.example:3333   (crypto miner)'
./miner stratum+tcp://pool.example:3333 >/dev/null 2>&1

say 'echo KEY >>.ssh/authorized_keys           (a way back in)'
mkdir -p .ssh && echo 'ssh-ed25519 AAAA' >>.ssh/authorized_keys

say 'chmod u+s ./miner                         (a way to root)'
chmod u+s ./miner

say ': >.bash_history                          (traces removed)'
: >.bash_history

say 'cp /bin/true /dev/shm/x; /dev/shm/x       (run from memory)'
cp /bin/true /dev/shm/sysdig-sl-demo && /dev/shm/sysdig-sl-demo
rm -f /dev/shm/sysdig-sl-demo

say 'apt-get --version                         (package manager at run time)'
apt-get --version >/dev/null 2>&1

say 'date >/dev/null                           (harmless)'
date >/dev/null
