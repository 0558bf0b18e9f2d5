# bash completion for vitrine(1)

_vitrine() {
  local words='serve archive check key picture presign copy rebuild version' flags='--help'
  COMPREPLY=()
  case ${COMP_WORDS[COMP_CWORD-1]} in
    --level)
      mapfile -t COMPREPLY < <(compgen -W 'debug info warning error' -- "$2")
      return ;;
    --config | --save | --policy)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$2")
      return ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "$words --help --version" -- "$2")
    return
  fi
  case ${COMP_WORDS[1]} in
    serve) flags='--level --debug --config --help' ;;
    archive)
      flags='--save --reproducible --portable-names --help'
      [[ $2 == -* ]] || { compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$2"); return; } ;;
    key)
      flags='--secret --policy --config --help'
      [ "$COMP_CWORD" -gt 2 ] || flags='add list disable enable policy remove --help' ;;
    picture)
      flags='--name --address --sha256 --from --until --min-size --max-size --visibility --sort --json --config --help'
      [ "$COMP_CWORD" -gt 2 ] || flags='list delete delete-all block block-all approve approve-all unblock blocked trash restore restore-all discard reports dismiss --help' ;;
    presign)
      flags='--expires --key --url --config --help'
      [ "$COMP_CWORD" -gt 2 ] || flags='GET PUT --help' ;;
    copy)
      flags='--delete --verify --config --help'
      case $COMP_CWORD in
        2) flags='to-engine to-folder --help' ;;
        3) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$2"); return ;;
      esac ;;
    rebuild) flags='--config --help' ;;
    check) flags='--config --url --s3-url --help' ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$2")
}
complete -F _vitrine vitrine
