# Connections: refused, unreachable, and datagrams that nobody reads.
exec 2>/dev/null
: >/dev/tcp/127.0.0.1/9
: >/dev/tcp/192.0.2.1/443
: >/dev/tcp/::1/22
echo query >/dev/udp/127.0.0.1/53
exec 3<>/dev/udp/127.0.0.1/123 && echo time >&3
