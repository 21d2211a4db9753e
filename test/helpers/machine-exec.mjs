// `fly machine exec ID COMMAND --json --timeout S -a APP` and `fly machine restart ID`, passed on to the test that runs the machine. Prints what flyctl prints.
const [url = '', , verb, , line = '', ...rest] = process.argv.slice(2);
const seconds = rest[rest.indexOf('--timeout') + 1];
const request = verb === 'restart' ? {verb} : {verb, line, seconds: Number(seconds)};
const answer = await fetch(url, {method: 'POST', body: JSON.stringify(request)});
const {exit_code: exit, stdout, stderr} = await answer.json();
process.stdout.write(
	`${JSON.stringify({...(exit === 0 ? {} : {exit_code: exit}), ...(stdout ? {stdout} : {}), ...(stderr ? {stderr} : {})})}\n`,
);
