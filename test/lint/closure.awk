# layers.txt -> "room=room,its,dependencies,..." with the dependencies of the
# dependencies, for the linker.
{ sub(/#.*/, "") }
NF {
	room = $1
	sub(/:$/, "", room)
	order[++n] = room
	for (i = 2; i <= NF; i++)
		direct[room] = direct[room] " " $i
}
function visit(room,    list, count, i) {
	if (seen[room]++)
		return
	found = found "," room
	count = split(direct[room], list, " ")
	for (i = 1; i <= count; i++)
		visit(list[i])
}
END {
	for (k = 1; k <= n; k++) {
		split("", seen)
		found = ""
		visit(order[k])
		print order[k] "=" substr(found, 2)
	}
}
