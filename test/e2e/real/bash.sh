# Work for a shell: subshells, pipelines, traps, jobs, here documents.
set -e
declare -A count
while read -r word; do
	count[$word]=$((${count[$word]:-0} + 1))
done < <(printf '%s\n' a b a c b a)
for k in a b c; do echo "$k ${count[$k]}"; done
trap 'echo trapped' USR1
kill -USR1 $$
( trap 'echo subshell ends' EXIT; exit 0 )
for i in 1 2 3 4 5 6 7 8; do
	( exit "$i" ) &
	pids[i]=$!
done
for i in 1 2 3 4 5 6 7 8; do
	wait "${pids[i]}" && s=0 || s=$?
	echo "job $i: $s"
done
seq 1 500 | tr '\n' ' ' | wc -w
echo "$(cat <<END
nested $(echo "substitution $(echo twice)")
END
)"
mkdir d && cd d && touch {1..20}.txt && ls | sort -n | tail -1
find . -name '*.txt' -exec sh -c 'echo "$0" | cksum' {} \; | sort | cksum
cd .. && rm -r d
! timeout 0.1 sleep 5
set +e
{ sh -c 'kill -SEGV $$'; } 2>/dev/null # bash names the process id
echo "after $?"
mkfifo f
cat f & echo through a fifo >f
wait
rm f
exit 77
