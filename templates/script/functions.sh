# shellcheck shell=bash
# What the stages below are made of. Every function looks before it acts, and needs bash 3.2, fly and node.

say() {
	printf '%s\n' "$@"
}

# The last line says what to do.
stop() {
	printf '\n' >&2
	printf '%s\n' "$@" >&2
	exit 1
}

# begin APP WORD...: the words of the command line, the programs, a private place that goes away at the end.
begin() {
	local word config
	app=$1
	shift
	answers_yes=no adopts=no changed=no set_secrets=no stage_count=0
	for word in "$@"; do
		case "$word" in
		--yes) answers_yes=yes ;;
		--adopt) adopts=yes ;;
		*) stop "$word is no word of this script." 'Words: --yes to be asked nothing but keys, --adopt to take over an app that exists.' ;;
		esac
	done
	fly=${FLY:-}
	if [ -z "$fly" ]; then fly=$(command -v flyctl || command -v fly || true); fi
	[ -n "$fly" ] || stop 'fly is not on the PATH.' 'Install it from https://fly.io/docs/flyctl/install/, or name it: FLY=/path/to/fly.'
	command -v node >/dev/null || stop 'node is not on the PATH; it reads what fly answers.' 'Install Node 20 or newer.'
	[ -f mix.exs ] || stop 'There is no mix.exs here.' "Run this in the project's folder."
	# What would silently answer for a flag, or change the form of what fly prints.
	unset FLY_APP FLY_ORG FLY_ORGANIZATION FLY_REGION FLY_JSON FLY_VERBOSE CLICOLOR_FORCE FORCE_COLOR
	export NO_COLOR=1 LOG_LEVEL=error FLY_NO_UPDATE_CHECK=1 FLY_NO_INCIDENTS_CHECK=1
	kept=${XDG_STATE_HOME:-$HOME/.local/state}/phxfly-script/$app
	exec 3<&0 </dev/null
	umask 077
	scratch=$(mktemp -d "${TMPDIR:-/tmp}/phxfly.XXXXXX")
	trap 'rm -rf "$scratch"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	# flyctl writes values into its log folder; an ordinary file in that place leaves it without one.
	mkdir "$scratch/fly"
	: >"$scratch/fly/logs"
	config=${FLY_CONFIG_DIR:-$HOME/.fly}/config.yml
	if [ -f "$config" ]; then cp "$config" "$scratch/fly/config.yml"; fi
}

# stage TITLE
stage() {
	stage_count=$((stage_count + 1))
	printf '\n%s. %s\n' "$stage_count" "$1"
}

there() {
	printf '   there already: %s\n' "$1"
}

show() {
	printf '   $ fly'
	printf ' %q' "$@"
	printf '\n'
}

# confirm QUESTION: ends the script unless the answer is yes.
confirm() {
	local answer
	if [ "$answers_yes" = yes ]; then return; fi
	printf '   %s [y/N] ' "$1"
	IFS= read -r answer <&3 || stop 'Nobody is there to answer.' 'Run this as a file in a terminal, or give --yes.'
	case "$answer" in
	y | Y | yes) ;;
	*) stop 'Stopped as you said. Nothing was done after the last line above.' 'Run this again to go on.' ;;
	esac
}

# act FLY-WORD...: shows a call, asks, makes it.
act() {
	show "$@"
	confirm 'Do this?'
	"$fly" "$@" || not_done
}

not_done() {
	stop 'That did not work; fly says why above.' 'Mend it, then run this again: it looks first, and goes on where it stopped.'
}

# For calls that send or print secrets: they leave no log.
private_fly() {
	FLY_CONFIG_DIR="$scratch/fly" "$fly" "$@"
}

# look EXPRESSION WORD... -- FLY-WORD...: reads the account. The JavaScript expression knows the answer as `data` and the
# words as `words`; what it gives is printed, a line each.
look() {
	local expression=$1 json words
	shift
	words=()
	while [ "$1" != -- ]; do
		words+=("$1")
		shift
	done
	shift
	json=$("$fly" "$@") || stop "fly could not tell: fly $*" 'Run this again later; it goes on where it stopped.'
	printf '%s\n' "$json" | read_json "$expression" ${words[@]+"${words[@]}"}
}

# shellcheck disable=SC2016 # The code is for node.
read_json() {
	node -e '
		let text = "";
		process.stdin.setEncoding("utf8").on("data", part => { text += part; }).on("end", () => {
			const [expression, ...words] = process.argv.slice(1);
			const lines = text.split("\n");
			let data;
			if (text.trim() === "null") data = null;
			for (let from = 0; from < lines.length && data === undefined; from++) {
				if (!/^[[{]/.test(lines[from])) continue;
				for (let to = lines.length; to > from && data === undefined; to--) {
					try { data = JSON.parse(lines.slice(from, to).join("\n")); } catch {}
				}
			}
			if (data === undefined) {
				console.error("fly answered in a form that this script does not understand.");
				process.exit(1);
			}
			const found = new Function("data", "words", "return " + expression)(data, words);
			for (const line of [found].flat()) console.log(String(line));
		});
	' -- "$@"
}

# has LINES LINE: whether one of the lines is exactly that.
has() {
	case "
$1
" in
	*"
$2
"*) return 0 ;;
	*) return 1 ;;
	esac
}

count_lines() {
	if [ -z "$1" ]; then printf '0'; else printf '%s\n' "$1" | wc -l | tr -d ' '; fi
}

# Sets `found` to what fly says of the app, or to nothing.
find_app() {
	local answer
	if answer=$("$fly" status --json -a "$app" 2>"$scratch/error"); then
		found=$answer
	elif grep -Eiq 'could not find app|app not found' "$scratch/error"; then
		found=
	else
		cat "$scratch/error" >&2
		stop 'fly could not tell whether the app exists.' 'fly auth whoami shows who is logged in; then run this again.'
	fi
}

# create_app ORG FLY-WORD...
create_app() {
	local org=$1 owner
	shift
	find_app
	if [ -z "$found" ]; then
		show "$@"
		confirm 'Do this?'
		# Before the call, so that an app is known again whose answer was lost.
		mkdir -p "$kept"
		: >"$kept/app-is-ours"
		if ! "$fly" "$@"; then
			find_app
			[ -n "$found" ] || rm -f "$kept/app-is-ours"
			not_done
		fi
		find_app
		[ -n "$found" ] || stop "fly reported success, and does not show the app $app." 'Wait a minute, then run this again.'
		return
	fi
	owner=$(printf '%s\n' "$found" | read_json 'data.Organization.Slug')
	[ "$owner" = "$org" ] || stop "The app $app is in the organisation $owner, not in $org." 'Make the script anew with the right --org, or another --app.'
	there "$app"
	if [ -f "$kept/app-is-ours" ] || is_named_here || [ "$adopts" = yes ]; then return; fi
	say "   fly.toml here does not name it, so nothing says that it is this project's."
	[ "$answers_yes" = no ] || stop 'It was not touched.' 'Take it over with --adopt, or make the script anew with another --app.'
	confirm 'Is it yours, and may this script change it?'
}

is_named_here() {
	[ -f fly.toml ] && grep -Eq "^[[:space:]]*app[[:space:]]*=[[:space:]]*[\"']${app}[\"']" fly.toml
}

# digest PATH: SHA-256 in hex.
digest() {
	local line
	if command -v sha256sum >/dev/null; then
		line=$(sha256sum <"$1")
		printf '%s\n' "${line%% *}"
		return
	fi
	node -e '
		const {createHash} = require("node:crypto");
		const {readFileSync} = require("node:fs");
		console.log(createHash("sha256").update(readFileSync(process.argv[1])).digest("hex"));
	' -- "$1"
}

# write_file PATH MODE BEFORE AFTER [cut]: standard input is the file's text. BEFORE and AFTER are SHA-256, BEFORE is `none` for
# a new file; with `cut` the text has no line break at its end.
write_file() {
	local path=$1 mode=$2 before=$3 after=$4 now=none new=$scratch/new
	if [ "${5-}" = cut ]; then printf '%s' "$(cat)" >"$new"; else cat >"$new"; fi
	[ "$(digest "$new")" = "$after" ] || stop "The text of $path was damaged on its way through this script." 'Make the script anew: phxfly plan --script.'
	if [ -L "$path" ] || { [ -e "$path" ] && [ ! -f "$path" ]; }; then
		stop "$path is no ordinary file, so it was not written." 'Move it away, then run this again.'
	fi
	if [ -f "$path" ]; then now=$(digest "$path"); fi
	if [ "$now" = "$after" ]; then
		there "$path"
		return
	fi
	[ "$now" = "$before" ] || stop "$path is not as it was when this script was made, so it was not written." 'Make the script anew: phxfly plan --script.'
	if [ "$before" = none ]; then
		say "   new: $path"
	else
		diff -u "$path" "$new" || true
	fi
	confirm "Write $path?"
	(umask 022 && mkdir -p "$(dirname "$path")")
	if [ "$before" = none ]; then
		cp "$new" "$path.phxfly-new"
		chmod "$mode" "$path.phxfly-new"
	else
		mkdir -p "$kept"
		cp -p "$path" "$kept/$(basename "$path").$before"
		say "   as it was: $kept/$(basename "$path").$before"
		cp -p "$path" "$path.phxfly-new"
		cat "$new" >"$path.phxfly-new"
	fi
	mv -f "$path.phxfly-new" "$path"
	changed=yes
	written+=("$path")
}

check_config() {
	"$fly" config validate -a "$app" >"$scratch/findings" 2>&1 || {
		cat "$scratch/findings" >&2
		stop 'fly cannot use fly.toml.' 'Mend what it names, then run this again.'
	}
}

# create_volume NAME REGION SIZE-GB FLY-WORD...
create_volume() {
	local name=$1 region=$2 size=$3 verdict
	shift 3
	verdict=$(find_volume "$name" "$region" "$size")
	case "$verdict" in
	none) act "$@" ;;
	'ok '*) there "${verdict#ok }" ;;
	*) stop "$verdict" ;;
	esac
	[ "$verdict" = none ] || return 0
	verdict=$(find_volume "$name" "$region" "$size")
	case "$verdict" in
	'ok '*) ;;
	none) stop "fly reported success, and does not show the volume $name." 'Wait a minute, then run this again.' ;;
	*) stop "$verdict" ;;
	esac
}

# shellcheck disable=SC2016 # The code is for node.
find_volume() {
	look '(([name, region, size]) => {
		const ours = data.filter(volume => volume.name === name && !/destroy/.test(volume.state));
		const attached = ours.filter(volume => volume.attached_machine_id);
		const [volume] = attached.length === 1 ? attached : ours;
		if (ours.length === 0) return "none";
		if (ours.length > 1 && attached.length !== 1)
			return ["Several volumes are called " + name + ": " + ours.map(({id}) => id).join(", ") + ".",
				"Destroy the ones without data, fly volumes destroy ID, then run this again."];
		if (volume.region !== region)
			return ["The volume " + volume.id + " is in " + volume.region + ", not in " + region + ", and a volume cannot move.",
				"Make the script anew with --region " + volume.region + "."];
		if (volume.size_gb > Number(size))
			return ["The volume " + volume.id + " has " + volume.size_gb + " GB and cannot shrink.",
				"Make the script anew with --volume-size " + volume.size_gb + "."];
		return "ok " + volume.id;
	})(words)' "$1" "$2" "$3" -- volumes list --json -a "$app"
}

# set_machine_count FLY-WORD...: to one.
set_machine_count() {
	local machines
	machines=$(list_machines)
	if [ "$(count_lines "$machines")" -le 1 ]; then
		there 'at most one machine'
	else
		say 'These are there; all but one are destroyed, and what they keep in memory is lost:' "$machines"
		act "$@"
	fi
}

list_machines() {
	look 'data
		.filter(({state, config}) => config?.metadata?.fly_process_group !== undefined && !/^destroy/.test(state))
		.map(({id, state}) => id + " " + state)' -- machine list --json -a "$app"
}

# hide_secret NAME: takes a variable out of the environment, so that no program gets it, and keeps its value here.
hide_secret() {
	printf -v "given_$1" '%s' "${!1-}"
	unset "$1"
}

# Sets `listed` to the names of the secrets on the app.
list_secrets() {
	listed=$(look 'data.map(({name}) => name)' -- secrets list --json -a "$app")
}

begin_secrets() {
	list_secrets
	names=() values=()
}

# keep_secret NAME: nobody has its value here, so one that is listed stays as it is.
keep_secret() {
	if ! has "$listed" "$1"; then return 1; fi
	there "$1, kept as it is"
}

# want_public NAME VALUE [again]: with `again` one that is listed may have another value, and is set once more.
want_public() {
	if has "$listed" "$1"; then
		if [ "${3-}" != again ]; then
			keep_secret "$1"
			return
		fi
		say "   $1 is set already, and its value cannot be seen; it is set again."
	fi
	add_secret "$1" "$2"
}

# want_generated NAME: 64 characters, and never touched once it is there.
want_generated() {
	if keep_secret "$1"; then return; fi
	add_secret "$1" "$(node -e 'console.log(require("node:crypto").randomBytes(48).toString("base64"))')"
}

# want_secret NAME: from the environment, else typed without an echo.
want_secret() {
	local given="given_$1" value problem
	if keep_secret "$1"; then return; fi
	value=${!given-}
	if [ -n "$value" ]; then
		problem=$(judge_secret "$value")
		[ -z "$problem" ] || stop "$1, from the environment: $problem"
		add_secret "$1" "$value"
		return
	fi
	while true; do
		printf '   %s (it is not shown): ' "$1"
		IFS= read -rs value <&3 || stop 'Nobody is there to type it.' "Run this in a terminal, or put $1 into the environment."
		printf '\n'
		problem=$(judge_secret "$value")
		if [ -z "$problem" ]; then break; fi
		say "   $problem"
	done
	add_secret "$1" "$value"
}

# judge_secret VALUE: why fly cannot carry it exactly, or nothing.
judge_secret() {
	case "$1" in
	'') printf 'Nothing was typed.' ;;
	[[:space:]]* | *[[:space:]]) printf 'It begins or ends with white space, which fly would cut off.' ;;
	*) if [ "$(printf '%s' "$1" | wc -c)" -gt 65536 ]; then printf 'It is longer than 64 KiB, the most fly reads.'; fi ;;
	esac
}

add_secret() {
	names+=("$1")
	values+=("$2")
}

# Sends what was wanted, staged and on standard input: printf is no process, so no list of processes shows a value.
send_secrets() {
	local at lines='' single='' name value
	if [ "${#names[@]}" -eq 0 ]; then return; fi
	show secrets import --stage -a "$app"
	confirm "Set ${names[*]}, on standard input?"
	for ((at = 0; at < ${#names[@]}; at++)); do
		name=${names[at]} value=${values[at]}
		case "$value" in
		# The parser of import would change these.
		*\"* | *$'\n'*) single="$single $at" ;;
		*) if [ "${#value}" -gt 15000 ]; then single="$single $at"; else lines="$lines$name=\"$value\""$'\n'; fi ;;
		esac
	done
	if [ -n "$lines" ]; then printf '%s' "$lines" | private_fly secrets import --stage -a "$app" || not_done; fi
	for at in $single; do
		show secrets set "${names[at]}=-" --stage -a "$app"
		printf '%s' "${values[at]}" | private_fly secrets set "${names[at]}=-" --stage -a "$app" || not_done
	done
	set_secrets=yes
	list_secrets
	for name in "${names[@]}"; do
		has "$listed" "$name" || stop "fly reported success, and does not list $name." 'Wait a minute, then run this again.'
	done
	names=() values=()
}

# Sets `found` to the name of the app's bucket, or to nothing.
# shellcheck disable=SC2016 # The code is for node.
find_bucket() {
	local answer
	if answer=$("$fly" storage status -a "$app" 2>"$scratch/error"); then
		found=$(printf '%s\n' "$answer" | node -e '
			const text = require("node:fs").readFileSync(0, "utf8").replace(/\u001b\[[0-9;]*m/g, "");
			const [, name] = /^\s*Name\s+│\s+(\S+)/m.exec(text) ?? [];
			if (!name) process.exit(1);
			console.log(name);
		') || stop 'fly answered in a form that this script does not understand: fly storage status.'
	elif grep -Eiq 'no project found|could not find add ?on' "$scratch/error"; then
		found=
	else
		cat "$scratch/error" >&2
		stop 'fly could not tell whether the app has a bucket.' 'Run this again later.'
	fi
}

bucket_secrets='AWS_ACCESS_KEY_ID AWS_ENDPOINT_URL_S3 AWS_REGION AWS_SECRET_ACCESS_KEY BUCKET_NAME'

# create_bucket NAME TERMS FLY-WORD...: its keys are printed once; they are caught, not shown, and set where fly did not.
create_bucket() {
	local bucket=$1 terms=$2 missing='' name value printed
	shift 2
	find_bucket
	begin_secrets
	if [ -n "$found" ]; then
		[ "$found" = "$bucket" ] || stop "The app has the bucket $found, not $bucket; Fly allows one an app." "Make the script anew with --bucket $found."
		for name in $bucket_secrets; do
			has "$listed" "$name" || missing="$missing $name"
		done
		[ -z "$missing" ] || stop "The bucket $found exists, and these secrets are not set:$missing. Its keys were shown only once." "If it holds nothing: fly storage destroy $found --yes, then run this again. If it does: make new keys with fly storage dashboard $found, and set them."
		there "$bucket"
		return
	fi
	say "   Going on accepts the terms of the storage: $terms"
	show "$@"
	confirm 'Do this?'
	printed=$(private_fly "$@") || {
		printf '%s\n' "$printed" | sed -E 's/^([[:space:]]*[A-Z][A-Z0-9_]*): .*/\1: (hidden)/' >&2
		stop 'The bucket was not made, or not finished.' 'Run this again: it looks first.'
	}
	set_secrets=yes
	list_secrets
	for name in $bucket_secrets; do
		if has "$listed" "$name"; then continue; fi
		value=$(printf '%s\n' "$printed" | sed -n "s/^[[:space:]]*$name: //p" | tr -d '\r')
		[ -n "$value" ] || stop "fly printed no $name, and did not set it." "Make new keys with fly storage dashboard $bucket, and set them."
		add_secret "$name" "$value"
	done
	printed=
	send_secrets
}

# allocate_address TYPE FLY-WORD...: TYPE is v6 or v4.
allocate_address() {
	local type=$1 types
	shift
	types=$(look 'data.map(({Type}) => Type.replace("shared_v4", "v4"))' -- ips list --json -a "$app")
	if has "$types" "$type"; then there "$type"; else act "$@"; fi
}

# add_certificate HOST FLY-WORD...
add_certificate() {
	local host=$1 hosts
	shift
	hosts=$(look 'data.map(({hostname}) => hostname)' -- certs list --json -a "$app")
	if has "$hosts" "$host"; then there "$host"; else act "$@"; fi
	say '   DNS records to make, where they are missing:'
	look '(({configured, dns_requirements: wanted}) => configured ? "   none" : [
		...(wanted.a ?? []).map(value => "   " + words[0] + " A " + value),
		...(wanted.aaaa ?? []).map(value => "   " + words[0] + " AAAA " + value),
	])(data)' "$host" -- certs check "$host" --json -a "$app"
}

# deploy IMAGE again|once FLY-WORD...: IMAGE may be empty. With `again` what is released already is shipped once more.
deploy() {
	local image=$1 again=$2 machines release staged
	shift 2
	machines=$(list_machines)
	[ "$(count_lines "$machines")" -le 1 ] || stop 'The app has more than one machine, and this setup is for exactly one:' "$machines" "Keep one: fly machine destroy ID --force -a $app. Then run this again."
	release=$(look 'data?.[0] ? [data[0].Status, data[0].ImageRef].join(" ") : "none"' -- releases --json -a "$app")
	staged=$(look 'data.filter(({status}) => status === "Staged" || status === "Partial").map(({name}) => name)' -- secrets list --json -a "$app")
	if [ "$changed" = yes ] || [ "$again" = again ] || [ "${release%% *}" != complete ] || [ "${machines#* }" != started ] ||
		{ [ -n "$image" ] && [ "${release#* }" != "$image" ]; }; then
		act "$@"
	elif [ -n "$staged" ]; then
		say '   Only secrets wait to be deployed; nothing is built.'
		act secrets deploy --dns-checks=false -a "$app"
	else
		there 'a complete release, one machine started'
		say '   If an earlier run stopped between a changed fly.toml and here, ship it by hand:'
		show "$@"
	fi
}

# by_hand TITLE FLY-WORD...: for what this script cannot look at.
by_hand() {
	local title=$1 answer
	shift
	show "$@"
	[ "$answers_yes" = no ] || stop "This script cannot see whether that is done: $title." 'Run it without --yes, and answer.'
	printf '   This script cannot see whether that is done. Do it now? [y/N, N if it is done] '
	IFS= read -r answer <&3 || stop 'Nobody is there to answer.' 'Run this as a file in a terminal.'
	case "$answer" in
	y | Y | yes) "$fly" "$@" || not_done ;;
	*) say '   left as it is' ;;
	esac
}

# finish NEXT...: the last lines.
finish() {
	# The private directory kept it from noting which version of the secrets it saw last.
	if [ "$set_secrets" = yes ]; then "$fly" secrets sync -a "$app" >/dev/null 2>&1 || true; fi
	printf '\nAll stages are done.\n'
	if [ "${#written[@]}" -gt 0 ]; then
		printf 'Commit these files:'
		printf ' %q' "${written[@]}"
		printf '\n'
	fi
	say "$@"
}

written=()
