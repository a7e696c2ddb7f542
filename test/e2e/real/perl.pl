# Work for Perl: fork, pipes, signals, sorting, regular expressions.
use strict;
use warnings;
use IO::Socket::UNIX;
use POSIX ":sys_wait_h";
$| = 1;
my %codes;
for my $n (1 .. 20) {
	my $pid = fork // die;
	exit $n unless $pid;
	$codes{$pid} = $n;
}
my $right = 0;
while ((my $pid = wait) > 0) {
	$right++ if $? >> 8 == $codes{$pid};
}
print "children $right\n";
open my $out, "|-", "sort -n | tail -2" or die;
print $out "$_\n" for reverse 1 .. 1000;
close $out;
my $text = `cat /etc/passwd`;
print "root line\n" if $text =~ /^root:/m;
system "true; exit 7";
print "system ", $? >> 8, "\n";
system { "sh" } "sh", "-c", 'kill -TERM $$';
print "signal ", $? & 127, "\n";
my $alarms = 0;
$SIG{ALRM} = sub { $alarms++ };
alarm 1;
select undef, undef, undef, 10;
print "alarms $alarms\n";
my $server = IO::Socket::UNIX->new(Local => "s", Listen => 5) or die $!;
if (!fork) {
	my $c = IO::Socket::UNIX->new(Peer => "s") or die $!;
	print $c "over a socket\n";
	exit 0;
}
my $conn = $server->accept;
print scalar <$conn>;
wait;
unlink "s";
exec "sh", "-c", "exit 79";
