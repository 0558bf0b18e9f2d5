# fish completion for vitrine(1)

complete -c vitrine -f
complete -c vitrine -n __fish_use_subcommand -a serve -d 'run the supervisor and the worker pool'
complete -c vitrine -n __fish_use_subcommand -a archive -d 'pack files and folders into a zip'
complete -c vitrine -n __fish_use_subcommand -a check -d 'check settings, folders, permissions and the database of libmagic'
complete -c vitrine -n __fish_use_subcommand -a version -d 'print the version, and those of the C libraries in use'
complete -c vitrine -n __fish_use_subcommand -l version -d 'print the version'
complete -c vitrine -l help -d 'say how it is used'
complete -c vitrine -n '__fish_seen_subcommand_from serve' -l level -x -a 'debug info warning error' -d 'how much the program logs'
complete -c vitrine -n '__fish_seen_subcommand_from serve' -l debug -d 'slow archive downloads'
complete -c vitrine -n '__fish_seen_subcommand_from serve check' -l config -r -F -d 'settings file'
complete -c vitrine -n '__fish_seen_subcommand_from archive' -F
complete -c vitrine -n '__fish_seen_subcommand_from archive' -l save -r -F -d 'save the archive under a name'
complete -c vitrine -n '__fish_seen_subcommand_from archive' -l reproducible -d 'same contents, same archive'
