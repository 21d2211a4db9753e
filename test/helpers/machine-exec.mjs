// `fly machine exec ID COMMAND --json --timeout S -a APP`, passed on to the test that runs the machine. Prints what flyctl prints.
const [url = '', , , , line = '', ...rest] = process.argv.slice(2);
const seconds = rest[rest.indexOf('--timeout') + 1];
const answer = await fetch(url, {method: 'POST', body: JSON.stringify({line, seconds: Number(seconds)})});
const {exit_code: exit, stdout, stderr} = await answer.json();
process.stdout.write(
	`${JSON.stringify({...(exit === 0 ? {} : {exit_code: exit}), ...(stdout ? {stdout} : {}), ...(stderr ? {stderr} : {})})}\n`,
);
