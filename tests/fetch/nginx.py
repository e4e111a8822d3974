"""nginx on loopback for tests/fetch/run.py: what a well-behaved server does.

Certificates of a test's own authority come from openssl.  The listening sockets are
opened here, on ports that the kernel chose, and handed to nginx the way it hands them to
itself when it is renewed: by the variable NGINX.
"""
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
UNPACKED = os.path.join(HERE, "../../.deps/nginx/usr")


def find():
    """nginx and the folder of its modules, or None."""
    for program in (os.environ.get("KABAR_NGINX"), UNPACKED + "/sbin/nginx",
                    shutil.which("nginx"), "/usr/sbin/nginx"):
        if program and os.access(program, os.X_OK):
            usr = os.path.dirname(os.path.dirname(os.path.realpath(program)))
            return program, os.path.join(usr, "lib/nginx/modules")
    return None


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def make_certificates(folder):
    """ca.pem; good.pem for *.example.org; wrong.pem for another name; self.pem by nobody."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.pem",
            "-days", "2", "-subj", "/CN=Test Authority")
    openssl("req", "-x509", *key, "-keyout", f"{folder}/self.key", "-out",
            f"{folder}/self.pem", "-days", "2", "-subj", "/CN=tls.example.org",
            "-addext", "subjectAltName=DNS:*.example.org")
    for name, host in (("good", "*.example.org"), ("wrong", "other.example.net")):
        with open(f"{folder}/{name}.ext", "w") as out:
            out.write(f"subjectAltName=DNS:{host}\n")
        openssl("req", *key, "-keyout", f"{folder}/{name}.key", "-out",
                f"{folder}/{name}.csr", "-subj", f"/CN={host}")
        openssl("x509", "-req", "-in", f"{folder}/{name}.csr", "-CA", f"{folder}/ca.pem",
                "-CAkey", f"{folder}/ca.key", "-CAcreateserial", "-days", "2", "-out",
                f"{folder}/{name}.pem", "-extfile", f"{folder}/{name}.ext")


CONFIG = """
daemon off;
worker_processes 1;
{user}
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
{modules}
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/tmp; proxy_temp_path {folder}/tmp;
    fastcgi_temp_path {folder}/tmp; scgi_temp_path {folder}/tmp; uwsgi_temp_path {folder}/tmp;
    types {{ application/rss+xml xml; text/html html; text/plain txt; }}
    root {folder}/site;
    gzip on; gzip_min_length 1; gzip_types application/rss+xml;
    {brotli}
    server {{
        listen 127.0.0.1:{plain};
        {ipv6}
        location /private/ {{ auth_basic "x"; auth_basic_user_file {folder}/users; }}
        location /list/ {{ autoindex on; }}
        location = /old.xml {{ return 301 /feed.xml; }}
        location = /moved.xml {{ return 308 /feed.xml; }}
        location = /found.xml {{ return 302 /feed.xml; }}
        location = /secure.xml {{ return 301 https://$host:{tls}/feed.xml; }}
        location = /gone.xml {{ return 410; }}
        location = /busy.xml {{ add_header Retry-After 120 always; return 503; }}
        location = /hello.txt {{ return 200 "$http_user_agent|$http_accept|$http_cookie"; }}
    }}
    server {{
        listen 127.0.0.1:{tls} ssl http2;
        ssl_certificate {folder}/good.pem; ssl_certificate_key {folder}/good.key;
        location = /back.xml {{ return 302 http://$host:{plain}/feed.xml; }}
        location = /hello.txt {{ return 200 "$server_protocol|$http_cookie"; }}
        location = /post {{ return 204; }}
    }}
}}
"""

FEED = "<rss version=\"2.0\"><channel><title>Harbour Gazette</title>%s</channel></rss>\n" % (
    "".join(f"<item><title>Ferry {i} is late</title></item>" for i in range(400)))


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as out:
        out.write(text)


def listen(family, address):
    s = socket.socket(family, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((address, 0))
    s.listen(511)
    return s


def die_with_parent():
    """Asks Linux for SIGTERM when the test is gone, however it went."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    except (OSError, AttributeError):
        pass


class Nginx:
    """Runs nginx until stop(); .plain and .tls are its ports, .plain6 or None too."""

    def __init__(self, folder):
        program, modules = find()
        sockets = [listen(socket.AF_INET, "127.0.0.1"), listen(socket.AF_INET, "127.0.0.1")]
        try:
            sockets.append(listen(socket.AF_INET6, "::1"))
        except OSError:
            pass  # a machine without IPv6
        self.plain, self.tls = (s.getsockname()[1] for s in sockets[:2])
        self.plain6 = sockets[2].getsockname()[1] if len(sockets) > 2 else None
        brotli = os.path.join(modules, "ngx_http_brotli_filter_module.so")
        self.brotli = os.path.exists(brotli)
        write(f"{folder}/site/feed.xml", FEED)
        write(f"{folder}/site/list/a.xml", FEED)
        write(f"{folder}/site/private/feed.xml", FEED)
        write(f"{folder}/users", "ada:{PLAIN}secret\n")
        os.makedirs(f"{folder}/tmp", exist_ok=True)
        write(f"{folder}/nginx.conf", CONFIG.format(
            folder=folder, user="user root root;" if os.getuid() == 0 else "", plain=self.plain, tls=self.tls,
            ipv6=f"listen [::1]:{self.plain6};" if self.plain6 else "",
            modules=f"load_module {brotli};" if self.brotli else "",
            brotli="brotli on; brotli_min_length 1; brotli_types application/rss+xml;"
            if self.brotli else ""))
        for s in sockets:
            s.set_inheritable(True)
        self.log = open(f"{folder}/nginx.said", "w")
        self.process = subprocess.Popen(
            [program, "-p", folder, "-e", f"{folder}/nginx.log", "-c", "nginx.conf"],
            env={**os.environ, "NGINX": "".join(f"{s.fileno()};" for s in sockets)},
            pass_fds=[s.fileno() for s in sockets], stderr=self.log, stdout=self.log,
            preexec_fn=die_with_parent)
        for s in sockets:
            s.close()
        time.sleep(0.3)
        if self.process.poll() is not None:
            sys.stderr.write(open(f"{folder}/nginx.said").read())
            raise RuntimeError("nginx does not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.log.close()
