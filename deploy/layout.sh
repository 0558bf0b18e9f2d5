# What is installed where. To be sourced by bash; needs `top`, the clone.

# layout PREFIX: a line for each file: how, source, target, separated by tabs. How is a mode, or `config` for a file that
# is the administrator's once it is there, or `link` for a symbolic link to the source. PREFIX /usr is that of a package.
layout() {
  local prefix=$1 share=$1/share units=/etc/systemd/system system=/etc zsh=zsh/site-functions file
  if [ "$prefix" = /usr ]; then
    units=/lib/systemd/system system=/usr/lib zsh=zsh/vendor-completions
  fi
  entry() { printf '%s\t%s\t%s\n' "$@"; }
  entry 755 .build/release/vitrine "$prefix/bin/vitrine"
  entry 755 deploy/site "$share/vitrine/deploy/site"
  entry 644 deploy/nginx.sh "$share/vitrine/deploy/nginx.sh"
  entry 644 deploy/site-blocks.sh "$share/vitrine/deploy/site-blocks.sh"
  entry 644 deploy/edits.sh "$share/vitrine/deploy/edits.sh"
  entry link ../share/vitrine/deploy/site "$prefix/sbin/vitrine-site"
  entry 755 deploy/backup "$share/vitrine/deploy/backup"
  entry 755 deploy/restore "$share/vitrine/deploy/restore"
  entry 644 deploy/backup-places.sh "$share/vitrine/deploy/backup-places.sh"
  entry link ../share/vitrine/deploy/backup "$prefix/sbin/vitrine-backup"
  entry link ../share/vitrine/deploy/restore "$prefix/sbin/vitrine-restore"
  (cd "$top" && find www nginx -type f ! -name 'nginx.conf.in' ! -name 'terms.html' | sort) |
    while read -r file; do entry 644 "$file" "$share/vitrine/$file"; done
  # Whoever runs the service edits the terms.
  entry link /etc/vitrine/terms.html "$share/vitrine/www/terms.html"
  entry config www/terms.html /etc/vitrine/terms.html
  entry config deploy/files/vitrine.conf /etc/vitrine/vitrine.conf
  entry 644 systemd/vitrine.service "$units/vitrine.service"
  entry 644 systemd/vitrine.socket "$units/vitrine.socket"
  entry 644 systemd/vitrine-certificate.service "$units/vitrine-certificate.service"
  entry 644 systemd/vitrine-certificate.timer "$units/vitrine-certificate.timer"
  # To be copied and edited.
  entry 644 systemd/several-hosts.conf "$share/vitrine/several-hosts.conf"
  entry 644 systemd/vitrine.sysusers "$system/sysusers.d/vitrine.conf"
  entry 644 systemd/vitrine.tmpfiles "$system/tmpfiles.d/vitrine.conf"
  entry config deploy/files/vitrine.logrotate /etc/logrotate.d/vitrine
  entry 644 deploy/files/grafana.json "$share/vitrine/grafana.json"
  entry 644 deploy/files/vitrine.rules.yml "$share/vitrine/vitrine.rules.yml"
  entry 644 deploy/files/vitrine.1 "$share/man/man1/vitrine.1"
  entry 644 deploy/files/vitrine-site.8 "$share/man/man8/vitrine-site.8"
  entry 644 deploy/files/vitrine-backup.8 "$share/man/man8/vitrine-backup.8"
  entry 644 deploy/files/vitrine-restore.8 "$share/man/man8/vitrine-restore.8"
  entry 644 deploy/files/completions/vitrine.bash "$share/bash-completion/completions/vitrine"
  entry 644 deploy/files/completions/_vitrine "$share/$zsh/_vitrine"
  entry 644 deploy/files/completions/vitrine.fish "$share/fish/vendor_completions.d/vitrine.fish"
}

# with_prefix PREFIX FILE: the file with the paths of that prefix, on standard output.
with_prefix() {
  local script=(-e "s|/usr/bin/vitrine|$1/bin/vitrine|g" -e "s|/usr/sbin/vitrine-site|$1/sbin/vitrine-site|g")
  # Programs below /usr may be executed by the service anyway.
  [[ $1/ == /usr/* ]] || script+=(-e "s|^ExecPaths=.*|& $1|")
  case $2 in
    *.service | *.1 | *.8) sed "${script[@]}" "$2" ;;
    *) cat "$2" ;;
  esac
}
