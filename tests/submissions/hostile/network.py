"""Talking to somebody."""

from functools import partial

from tests.submissions.hostile.entry import hostile

network = partial(hostile, "network")

FORK_SERVER = """
import array, json, os, socket
def paths():
    for line in open("/proc/self/net/unix"):
        if "/" in line: yield line[line.index("/"):].strip()
for path in dict.fromkeys(paths()):
    for kind in (socket.SOCK_SEQPACKET, socket.SOCK_STREAM):
        try:
            one = socket.socket(socket.AF_UNIX, kind)
            one.settimeout(2)
            one.connect(path)
            print("reached", path)
        except OSError as problem:
            print(path, problem)
            continue
        handles = [os.open("note%d" % n, os.O_RDWR | os.O_CREAT) for n in range(7)]
        box = {"level": "none", "show": [], "hide": []}
        order = {"box": json.dumps(box), "folder": "/", "environment": {}, "steps": 0, "seed": 0, "key": "k"}
        try:
            one.sendmsg([json.dumps(order).encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", handles))])
            word = one.recv(4096)
            print("WON" if b"pid" in word else "no", word)
        except OSError as problem: print(problem)
"""

ATTACKS = [
    network("tcp", "Reach a server of the machine.", "import socket\nsocket.create_connection(('127.0.0.1', @PORT@), 1).send(b'stolen'); print('WON')",
        "import urllib.request\nprint('WON', urllib.request.urlopen('http://127.0.0.1:@PORT@', timeout=1).read())"),
    network("udp", "Send a packet to the machine.", "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'stolen', ('127.0.0.1', @PORT@))"),
    network("outside", "Look up a name and reach a machine outside, or the cloud's own address.",
        "import socket\nprint('WON', socket.getaddrinfo('example.com', 80))",
        "import urllib.request\nprint('WON', urllib.request.urlopen('http://169.254.169.254/', timeout=1).status)",
        "import socket\nsocket.create_connection(('192.0.2.1', 80), 1); print('WON')"),
    network("abstract_socket", "Reach a Unix socket without a path.", "import socket\nsocket.socket(socket.AF_UNIX).connect('\\0@ABSTRACT@'); print('WON')"),
    network("path_socket", "Reach a Unix socket by its path.", "import socket\nsocket.socket(socket.AF_UNIX).connect('@SOCKET@'); print('WON')",
        "import socket\nsocket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'stolen', '@SOCKET@.dgram'); print('WON')",
        "import socket\none, two = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\none.sendto(b'stolen', '@SOCKET@.dgram'); print('WON')",
        "import socket\none, two = socket.socketpair()\none.connect('@SOCKET@'); print('WON')"),
    network("fork_server", "Find the fork server's socket and order a kernel without a box.", FORK_SERVER),
    network("odd_families", "Open sockets that no network name space covers, or that only programs of the system use.",
        """
import socket
for name in ("AF_VSOCK", "AF_ALG", "AF_PACKET", "AF_CAN", "AF_BLUETOOTH", "AF_TIPC", "AF_RDS"):
    for kind in (socket.SOCK_STREAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET, socket.SOCK_DGRAM):
        try:
            socket.socket(getattr(socket, name), kind); print("WON", name)
        except (OSError, AttributeError): pass
"""),
    network("server", "Open a server that other students' kernels find.",
        "import socket\nserver = socket.create_server(('0.0.0.0', 47123)); print(server.getsockname())",
        "import multiprocessing.managers as m\nprint(m.BaseManager(address=('127.0.0.1', 0)))"),
    network("connection_file", "Find the connection file of a kernel, and be its client.",
        "from ipykernel.connect import get_connection_file\nprint('WON', open(get_connection_file()).read())",
        "from jupyter_client import find_connection_file\nprint('WON', open(find_connection_file('kernel-*.json')).read())",
        "import glob\nprint(['WON ' + path for path in glob.glob('/tmp/gr-*/*') + glob.glob('/tmp/*/connection.json')])"),
]
