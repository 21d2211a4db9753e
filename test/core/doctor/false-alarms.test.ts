import {expect, test} from 'vitest';
import {rules} from '../../../source/cli/registry.ts';
import {readDoctorFacts} from '../../../source/core/doctor/facts.ts';
import {applyFixes} from '../../../source/core/doctor/fix.ts';
import {findProblems} from '../../../source/core/doctor/rule.ts';

const mix = '[app: :shop, deps: [{:phoenix, "~> 1.8"}, {:ecto_sqlite3, "~> 0.22"}]]';

/** Code with a repo that production starts. */
const shop = {
	'config/runtime.exs':
		'import Config\nconfig :shop, Shop.Repo, database: System.fetch_env!("DATABASE_PATH")\n',
	'lib/shop/repo.ex':
		'defmodule Shop.Repo do\n  use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.SQLite3\nend\n',
	'lib/shop/application.ex':
		'defmodule Shop.Application do\n  use Application\n\n  def start(_type, _args) do\n    Supervisor.start_link([Shop.Repo], strategy: :one_for_one)\n  end\nend\n',
};

function examine(files: Readonly<Record<string, string>>) {
	const texts = new Map(Object.entries({'mix.exs': mix, ...files}));
	const found = findProblems(rules, readDoctorFacts(texts));
	const fixed = applyFixes(texts, found).find(({path}) => path === 'fly.toml')?.after ?? files['fly.toml'];
	return {ids: found.map(({rule}) => rule.id), fixed};
}

test('the proxy of LiteFS may listen on another port than the app, and --fix leaves both', () => {
	const {ids, fixed} = examine({
		'fly.toml': 'app = "a"\n[env]\n  PORT = "8081"\n[http_service]\n  internal_port = 8080\n',
		Dockerfile: 'FROM debian:12\nENTRYPOINT litefs mount\n',
		'litefs.yml': 'proxy:\n  addr: ":8080"\n  target: "localhost:8081"\n',
	});
	expect(ids).not.toContain('port-mismatch');
	expect(fixed).toContain('internal_port = 8080');
	expect(fixed).toContain('PORT = "8081"');
});

test('the folder that LiteFS mounts may be outside the volume', () => {
	const toml =
		'app = "a"\n[env]\n  DATABASE_PATH = "/litefs/a.db"\n[mounts]\n  source = "d"\n  destination = "/var/lib/litefs"\n';
	const ids = (command: string) =>
		examine({...shop, 'fly.toml': toml, Dockerfile: `FROM debian:12\nCMD ${command}\n`}).ids;
	expect(ids('["litefs", "mount"]')).not.toContain('database-outside-volume');
	expect(ids('["bin/server"]')).toContain('database-outside-volume');
});

test('a second service keeps its port', () => {
	const service = (port: number, handlers: string) =>
		`[[services]]\n  internal_port = ${port}\n  [[services.ports]]\n    port = ${port}\n    handlers = [${handlers}]\n`;
	const {ids, fixed} = examine({
		'fly.toml': `app = "a"\n[env]\n  PORT = "4000"\n${service(4000, '"http"')}${service(1965, '')}`,
	});
	expect(ids).not.toContain('port-mismatch');
	expect(fixed).toContain('internal_port = 1965');
});

test('one service on a wrong port is still a problem, and --fix corrects it', () => {
	const {ids, fixed} = examine({
		'fly.toml': 'app = "a"\n[env]\n  PORT = "4000"\n[http_service]\n  internal_port = 8080\n',
	});
	expect(ids).toContain('port-mismatch');
	expect(fixed).toContain('internal_port = 4000');
});

test.each(['nokey', '$SECRET', 'changeme'])('%s in the image is not a secret', value => {
	const {ids} = examine({Dockerfile: `FROM debian:12\nENV SECRET_KEY_BASE=${value}\nCMD ["x"]\n`});
	expect(ids).not.toContain('secret-in-image');
});

test('the cookie of a release in [env] is a secret', () => {
	const {ids} = examine({'fly.toml': 'app = "a"\n[env]\n  RELEASE_COOKIE = "9xKfQ2hZ81v"\n'});
	expect(ids).toContain('secret-committed');
});

test('the machine that --fix adds has enough memory for SQLite', () => {
	expect(examine({'fly.toml': 'app = "a"\n'}).fixed).toContain('memory = "1gb"');
});
