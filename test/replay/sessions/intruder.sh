# What an intruder does: secrets, a way back in, traces removed.
cd /tmp/replay/home || exit
cat /etc/shadow >/dev/null
ln -s /etc/shadow innocent
echo 'ssh-ed25519 AAAA' >authorized_keys
cp /bin/true dropped
chmod 4755 dropped
./dropped
: >.bash_history
rm authorized_keys innocent
