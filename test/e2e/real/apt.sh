# apt.sh [PREFIX...]: builds a package, serves it from a directory, and lets
# apt-get install and remove it in a root directory of its own.
set -e
umask 022
mkdir -p pkg/DEBIAN pkg/usr/share/e2e repo root/var/lib/dpkg/{info,updates}
mkdir -p apt/{lists/partial,cache/archives/partial}
mkdir -p apt/etc/{apt.conf.d,preferences.d,trusted.gpg.d}
touch root/var/lib/dpkg/{status,available}
chmod 755 . pkg pkg/DEBIAN
seq 1000 >pkg/usr/share/e2e/data
cat >pkg/DEBIAN/control <<END
Package: e2e-data
Version: 1.0
Architecture: all
Maintainer: nobody <nobody@example.org>
Description: test data
END
find pkg -exec touch -d @0 {} +
SOURCE_DATE_EPOCH=0 dpkg-deb --root-owner-group -b pkg repo/e2e-data_1.0_all.deb
(cd repo && dpkg-scanpackages -m . 2>/dev/null | gzip -n >Packages.gz)
echo "deb [trusted=yes] file:$PWD/repo ./" >apt/sources.list
cat >apt/conf <<END
Dir::State "$PWD/apt"; Dir::State::lists "$PWD/apt/lists";
Dir::State::status "$PWD/root/var/lib/dpkg/status";
Dir::Cache "$PWD/apt/cache"; Dir::Log "$PWD/apt";
Dir::Etc "$PWD/apt/etc"; Dir::Etc::sourcelist "$PWD/apt/sources.list";
DPkg::Options { "--root=$PWD/root"; "--force-not-root"; };
Acquire::Languages "none";
APT::Architecture "amd64"; APT::Architectures { "amd64"; };
END
export APT_CONFIG=$PWD/apt/conf
here() { sed "s|$PWD|HERE|g"; }
"$@" apt-get -q update 2>&1 | grep -v -E '^(Fetched|Get:|Ign:|Hit:)' | here
"$@" apt-get -q -s install e2e-data 2>&1 | here
"$@" apt-get -q -y install e2e-data 2>&1 | grep -v Fetched | here
cksum root/usr/share/e2e/data | cut -d' ' -f1-2
"$@" dpkg --root="$PWD/root" -l e2e-data | tail -1
"$@" apt-get -q -y remove e2e-data 2>&1 | here
ls -R root/usr 2>/dev/null || echo removed
"$@" apt-get -q -y install no-such-package 2>&1 | here
"$@" apt-get -q -y install no-such-package >/dev/null 2>&1 || echo "said $?"
