# fish completion for vitrine(1)

complete -c vitrine -f
complete -c vitrine -n __fish_use_subcommand -a serve -d 'run the supervisor and the worker pool'
complete -c vitrine -n __fish_use_subcommand -a archive -d 'pack files and folders into a zip'
complete -c vitrine -n __fish_use_subcommand -a check -d 'check settings, folders, permissions and the database of libmagic'
complete -c vitrine -n __fish_use_subcommand -a key -d 'add, list and remove access keys of the object store'
complete -c vitrine -n __fish_use_subcommand -a presign -d 'print a link to an object that is good for a while'
complete -c vitrine -n __fish_use_subcommand -a version -d 'print the version, and those of the C libraries in use'
complete -c vitrine -n __fish_use_subcommand -l version -d 'print the version'
complete -c vitrine -l help -d 'say how it is used'
complete -c vitrine -n '__fish_seen_subcommand_from serve' -l level -x -a 'debug info warning error' -d 'how much the program logs'
complete -c vitrine -n '__fish_seen_subcommand_from serve' -l debug -d 'slow archive downloads'
complete -c vitrine -n '__fish_seen_subcommand_from serve check key presign' -l config -r -F -d 'settings file'
complete -c vitrine -n '__fish_seen_subcommand_from archive' -F
complete -c vitrine -n '__fish_seen_subcommand_from archive' -l save -r -F -d 'save the archive under a name'
complete -c vitrine -n '__fish_seen_subcommand_from archive' -l reproducible -d 'same contents, same archive'
complete -c vitrine -n '__fish_seen_subcommand_from key' -a 'add list remove'
complete -c vitrine -n '__fish_seen_subcommand_from key' -l secret -x -d 'its secret'
complete -c vitrine -n '__fish_seen_subcommand_from key' -l policy -r -F -d 'what it may do'
complete -c vitrine -n '__fish_seen_subcommand_from presign' -a 'GET PUT'
complete -c vitrine -n '__fish_seen_subcommand_from presign' -l expires -x -d 'how long it is good for'
complete -c vitrine -n '__fish_seen_subcommand_from presign' -l key -x -d 'the access key that signs'
complete -c vitrine -n '__fish_seen_subcommand_from presign' -l url -x -d 'where the object store is'
