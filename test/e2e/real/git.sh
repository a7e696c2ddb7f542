# Work for git: the same commits must get the same names.
set -e
export HOME=$PWD GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
export GIT_AUTHOR_DATE='2020-01-01T00:00:00Z'
export GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
git init -q -b main repo && cd repo
for i in 1 2 3; do
	for f in $(seq 40); do echo "$i $f" >"file-$f"; done
	git add . && git commit -q -m "commit $i"
done
git checkout -q -b side HEAD~1
echo side >side && git add side && git commit -q -m side
git checkout -q main && git merge -q -m merge side
git log --format='%H %s'
git gc -q && git fsck --strict
cd .. && git clone -q repo copy && git -C copy rev-parse HEAD
git -C copy grep -c '3 4' | sort | cksum
git -C copy bisect start HEAD HEAD~2 >/dev/null
git -C copy bisect run sh -c 'grep -q "^2" file-1' 2>&1 | grep -c .
printf 'exit 1\n' >copy/.git/hooks/pre-commit
chmod +x copy/.git/hooks/pre-commit
git -C copy commit -q --allow-empty -m no || echo "hook said $?"
