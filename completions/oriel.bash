# SPDX-License-Identifier: MIT
#
# Bash completion of oriel. Commands and options stand in the table below, which scripts/check-docs
# compares with what oriel --help says. Event names come from oriel list itself.

# command: its options; a colon after an option says that a value follows
_oriel_options() {
	case $1 in
	list) echo '--json -p: -v' ;;
	enable | disable) echo '-f -p:' ;;
	dyndbg) echo '-f -p: --list --json' ;;
	trace | follow | report) echo '--json' ;;
	clear) echo '' ;;
	record) echo '-e: -p: -o: --preload: --duration: --max-size: --json' ;;
	doctor) echo '--json -p:' ;;
	gc) echo '--json -n --force' ;;
	ls) echo '-l --json' ;;
	write) echo '-a' ;;
	mount) echo '-f' ;;
	cat | tree | umount | exec) echo '' ;;
	esac
}

_oriel_commands='list enable disable dyndbg trace follow clear record report doctor gc ls cat write tree mount umount exec'

_oriel_events() {
	# A colon breaks words in bash, so only what follows it is offered where one was typed.
	local cut=
	[[ $1 == *:* && $COMP_WORDBREAKS == *:* ]] && cut=${1%"${1##*:}"}
	local event
	while read -r event _; do
		[[ $event == "$1"* ]] && COMPREPLY+=("${event#"$cut"}")
	done < <(oriel list 2>/dev/null)
}

# Paths of the tree, a folder at a time.
_oriel_paths() {
	local folder= name
	[[ $1 == */* ]] && folder=${1%/*}/
	while read -r name; do
		[[ $folder$name == "$1"* ]] && COMPREPLY+=("$folder$name")
	done < <(oriel ls "${folder:-/}" 2>/dev/null; [[ $folder ]] || oriel ls tracing 2>/dev/null)
	compopt -o nospace
}

_oriel() {
	local line=${COMP_LINE:0:COMP_POINT} words current previous command i
	COMPREPLY=()
	# Split at blanks alone: an event's colon is part of its name.
	read -ra words <<<"$line"
	[[ $line == *[[:blank:]] ]] && words+=('')
	current=${words[-1]}
	previous=${words[-2]}
	command=${words[1]}

	if ((${#words[@]} <= 2)); then
		mapfile -t COMPREPLY < <(compgen -W "$_oriel_commands --help --version" -- "$current")
		return
	fi
	for ((i = 2; i < ${#words[@]} - 1; i++)); do
		if [[ ${words[i]} == -- ]]; then
			compopt -o default
			return
		fi
	done
	case $previous in
	-e) _oriel_events "$current"; return ;;
	-p)
		COMPREPLY=(/proc/"$current"[0-9]*)
		COMPREPLY=("${COMPREPLY[@]#/proc/}")
		return
		;;
	-o) compopt -o default; return ;;
	--preload) mapfile -t COMPREPLY < <(compgen -W malloc -- "$current"); return ;;
	--duration | --max-size) return ;;
	esac
	if [[ $current == -* ]]; then
		local options
		options=$(_oriel_options "$command")
		mapfile -t COMPREPLY < <(compgen -W "${options//:/} --help" -- "$current")
		return
	fi
	case $command in
	list | enable | disable) _oriel_events "$current" ;;
	report | mount | umount) compopt -o default ;;
	ls | cat | write | tree) _oriel_paths "$current" ;;
	esac
}
complete -F _oriel oriel
