#!/bin/bash
# An S3 server that takes everything and keeps nothing: nginx. sink.sh DIR prints its URL; the
# process to end is in DIR/nginx.pid. It knows what an upload in parts needs, and no more.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/loopback.bash"

dir=$(cd "$1" && pwd)
port=$(free_port)
cat >"$dir/nginx.conf" <<END
worker_processes 1;
pid $dir/nginx.pid;
error_log $dir/nginx.log;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path $dir/body;
  proxy_temp_path $dir/proxy;
  fastcgi_temp_path $dir/fastcgi;
  uwsgi_temp_path $dir/uwsgi;
  scgi_temp_path $dir/scgi;
  client_max_body_size 0;
  keepalive_requests 1000000;
  server {
    listen 127.0.0.1:$port;
    default_type application/xml;
    location / {
      add_header ETag '"11111111111111111111111111111111"' always;
      if (\$request_method = POST) { rewrite ^ /post last; }
      if (\$request_method = HEAD) { return 404; }
      return 200;
    }
    location /post {
      if (\$args ~ uploadId) {
        return 200 '<CompleteMultipartUploadResult><Bucket>bench</Bucket><Key>k</Key><ETag>"1-1"</ETag></CompleteMultipartUploadResult>';
      }
      return 200 '<InitiateMultipartUploadResult><Bucket>bench</Bucket><Key>k</Key><UploadId>sink</UploadId></InitiateMultipartUploadResult>';
    }
  }
}
END
nginx -c "$dir/nginx.conf" >"$dir/nginx.out" 2>&1 3>&-
until [ -s "$dir/nginx.pid" ]; do sleep 0.05; done
echo "http://127.0.0.1:$port"
