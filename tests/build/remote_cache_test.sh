#!/bin/bash
# --config=remote with nginx as an HTTP cache (WebDAV) on the loopback interface: a second output base gets every action from it.
. "$(dirname "$0")/workspace.bash"

mkdir -p "$scratch/web" "$scratch/nginx"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat > "$scratch/nginx.conf" << END
daemon off;
$([[ $(id -u) == 0 ]] && echo "user root;")
pid $scratch/nginx/pid;
error_log $scratch/nginx/error.log;
events {}
http {
    access_log $scratch/nginx/access.log;
    client_body_temp_path $scratch/nginx/body;
    server {
        listen 127.0.0.1:$port;
        client_max_body_size 0;
        location / {
            root $scratch/web;
            dav_methods PUT;
            create_full_put_path on;
        }
    }
}
END
/usr/sbin/nginx -p "$scratch/nginx" -e "$scratch/nginx/error.log" -c "$scratch/nginx.conf" &
children+=($!)
until (: > "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do
    kill -0 "${children[0]}" || give_up "nginx" "$scratch/nginx/error.log"
    sleep 0.1
done

read -r -a shared < <(shared_repositories)
for clone in first second/clone; do
    workspace=$scratch/$clone
    copy_repository "$workspace"
    # the documented place for the address
    echo "build:remote --remote_cache=http://127.0.0.1:$port" > "$workspace/.bazelrc.user"
    bazel_in "$workspace" "$scratch/base-${clone%/*}" build --noshow_progress "${shared[@]}" --disk_cache= --config=remote \
        --execution_log_json_file="$scratch/execution" \
        //cells/diagnostics/log //cells/console/line_editor > "$scratch/log" 2>&1 || give_up "the build failed" "$scratch/log"
    executed "$scratch/execution" > "$scratch/actions-${clone%/*}"
done

check "the first output base compiles" [ "$(grep -c '^CppCompile [a-z]*-sandbox' "$scratch/actions-first")" -ge 20 ]
check "it stores what it makes in the cache" [ "$(grep -c '"PUT /ac/' "$scratch/nginx/access.log")" -ge 20 ]
check "the second has the same actions" [ "$(wc -l < "$scratch/actions-first")" = "$(wc -l < "$scratch/actions-second")" ]
all_from_cache() {
    ! grep -v '^[^ ]* cache ' "$scratch/actions-second"
}
check "the second gets every action from the cache" all_from_cache
