"""Builds and lists trees for the tests, with nothing of the engine: what a backup and a restore did is judged from outside.

Paths, targets and attribute values are byte strings, in JSON as Latin-1. `build ROOT` reads a list of items from stdin; `list ROOT...` prints one
object for each tree. Directories are reached one component at a time, so no path is too long.
"""
import hashlib
import json
import os
import resource
import stat
import sys

BLOCK = 4096
ZEROS = bytes(BLOCK)
TYPES = {
    stat.S_IFREG: 'file', stat.S_IFDIR: 'dir', stat.S_IFLNK: 'symlink', stat.S_IFIFO: 'fifo',
    stat.S_IFSOCK: 'socket', stat.S_IFCHR: 'char', stat.S_IFBLK: 'block',
}
BITS = {'fifo': stat.S_IFIFO, 'socket': stat.S_IFSOCK, 'char': stat.S_IFCHR, 'block': stat.S_IFBLK}


def raw(text):
    return text.encode('latin-1')


class Places:
    """Descriptors of directories below a root; the last way down is kept open."""

    def __init__(self, root):
        self.way = [(b'', os.open(root, os.O_RDONLY | os.O_DIRECTORY))]

    def of(self, path):
        """The directory that holds `path`, and the name in it."""
        *parents, name = path.split(b'/')
        keep = 1
        while keep < len(self.way) and keep <= len(parents) and self.way[keep][0] == parents[keep - 1]:
            keep += 1
        while len(self.way) > keep:
            os.close(self.way.pop()[1])
        for part in parents[keep - 1:]:
            up = self.way[-1][1]
            self.way.append((part, os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=up)))
        return self.way[-1][1], name


def make(item, fd, name, places):
    kind = item['type']
    if kind == 'dir':
        os.mkdir(name, 0o700, dir_fd=fd)
    elif kind == 'symlink':
        os.symlink(raw(item['target']), name, dir_fd=fd)
    elif kind == 'link':
        source = os.open(b'.', os.O_RDONLY, dir_fd=fd)
        other, other_name = places.of(raw(item['target']))
        os.link(other_name, name, src_dir_fd=other, dst_dir_fd=source, follow_symlinks=False)
        os.close(source)
    elif kind == 'file':
        write(item, os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=fd))
    else:
        os.mknod(name, BITS[kind] | 0o600, os.makedev(*item.get('device', [0, 0])), dir_fd=fd)


def write(item, fd):
    if 'data' in item:
        os.write(fd, raw(item['data']))
    for offset, length, seed in item.get('random', []):
        for at in range(0, length, 1 << 20):
            os.pwrite(fd, noise(f'{seed}:{at}', min(1 << 20, length - at)), offset + at)
    if 'size' in item:
        os.ftruncate(fd, item['size'])
    os.close(fd)


def noise(seed, length):
    return hashlib.shake_128(seed.encode()).digest(length)


def describe(item, fd, name):
    if item['type'] == 'link':
        return
    follow = {'dir_fd': fd, 'follow_symlinks': False}
    if 'uid' in item or 'gid' in item:
        os.chown(name, item.get('uid', -1), item.get('gid', -1), **follow)
    for attribute, value in item.get('xattrs', {}).items():
        os.setxattr(b'/proc/self/fd/%d/%s' % (fd, name), raw(attribute), raw(value), follow_symlinks=False)
    if 'mode' in item:
        os.chmod(name, item['mode'], dir_fd=fd)
    if 'mtime' in item:
        os.utime(name, ns=(int(item['mtime']), int(item['mtime'])), **follow)


def build(root, items):
    places = Places(root)
    for item in items:
        path = raw(item['path'])
        make(item, *places.of(path), places)
        if item['type'] != 'dir':
            describe(item, *places.of(path))
    for item in reversed(items):
        if item['type'] == 'dir':
            describe(item, *places.of(raw(item['path'])))


def xattrs(fd, name):
    path = b'/proc/self/fd/%d/%s' % (fd, name)
    names = sorted(os.listxattr(path, follow_symlinks=False))
    return {n: os.getxattr(path, n, follow_symlinks=False).hex() for n in names}


def content(fd, size):
    """Where data lies, and a digest of all blocks that are not zero with their places: a hole and zeros are the same content."""
    digest = hashlib.sha256()
    extents = []
    at = 0
    while at < size:
        try:
            start = os.lseek(fd, at, os.SEEK_DATA)
        except OSError:
            break
        end = os.lseek(fd, start, os.SEEK_HOLE)
        extents.append([start, end])
        for block in range(start - start % BLOCK, end, BLOCK):
            data = os.pread(fd, BLOCK, block)
            if data != ZEROS[:len(data)]:
                digest.update(b'%d:' % block + data)
        at = end
    return extents, digest.hexdigest()


def look(fd, name, groups, path):
    info = os.stat(name, dir_fd=fd, follow_symlinks=False)
    kind = TYPES[stat.S_IFMT(info.st_mode)]
    found = {
        'type': kind, 'mode': stat.S_IMODE(info.st_mode), 'uid': info.st_uid, 'gid': info.st_gid,
        'mtime': str(info.st_mtime_ns), 'xattrs': xattrs(fd, name),
    }
    if kind != 'dir' and info.st_nlink > 1:
        found['group'] = groups.setdefault((info.st_dev, info.st_ino), path)
    if kind == 'symlink':
        found['target'] = os.readlink(name, dir_fd=fd).decode('latin-1')
    if kind in ('char', 'block'):
        found['device'] = [os.major(info.st_rdev), os.minor(info.st_rdev)]
    if kind == 'file':
        found['size'] = info.st_size
        try:
            file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=fd)
        except PermissionError:
            return found
        found['blocks'] = info.st_blocks
        found['extents'], found['digest'] = content(file, info.st_size)
        os.close(file)
    return found


def enumerate_tree(root):
    groups = {}
    top = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    entries = {'': look(top, b'.', groups, '')}
    stack = [(top, '', iter(sorted(os.listdir(top))))]
    while stack:
        fd, prefix, names = stack[-1]
        name = os.fsencode(next(names, ''))
        if not name:
            os.close(fd)
            stack.pop()
            continue
        path = prefix + name.decode('latin-1')
        entries[path] = look(fd, name, groups, path)
        if entries[path]['type'] == 'dir':
            try:
                below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=fd)
            except PermissionError:
                continue
            stack.append((below, path + '/', iter(sorted(os.listdir(below)))))
    return entries


def main():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    command, *roots = sys.argv[1:]
    if command == 'build':
        build(os.fsencode(roots[0]), json.load(sys.stdin))
    else:
        json.dump([enumerate_tree(os.fsencode(root)) for root in roots], sys.stdout)


main()
