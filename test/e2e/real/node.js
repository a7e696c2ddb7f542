// Work for Node: child processes, workers, files, a server on loopback.
'use strict';
const { execFile, spawn, spawnSync, fork } = require('child_process');
const fs = require('fs');
const http = require('http');
const { Worker, isMainThread, parentPort } = require('worker_threads');
const { promisify } = require('util');

if (!isMainThread) {
	parentPort.postMessage(fs.readFileSync('/etc/passwd').length > 0);
} else if (process.argv[2] === 'child') {
	process.on('message', (m) => { process.send(m * 2); process.exit(4); });
} else {
	main().then(() => process.exit(80));
}

function get(port, path) {
	return new Promise((resolve, reject) => {
		http.get({ host: '127.0.0.1', port, path }, (res) => {
			let body = '';
			res.on('data', (d) => { body += d; });
			res.on('end', () => resolve(`${res.statusCode} ${body}`));
		}).on('error', reject);
	});
}

async function main() {
	const { stdout } = await promisify(execFile)('sh', ['-c', 'echo $((6*7))']);
	console.log(stdout.trim());
	console.log(spawnSync('sh', ['-c', 'exit 5']).status,
		spawnSync('sh', ['-c', 'kill -9 $$']).signal,
		spawnSync('/nonexistent').error.code);
	const codes = await Promise.all([...Array(10).keys()].map((n) =>
		new Promise((r) => spawn('sh', ['-c', `exit ${n}`]).on('exit', r))));
	console.log(codes.join());
	const answers = await Promise.all([1, 2, 3].map(() =>
		new Promise((r) => new Worker(__filename).on('message', r))));
	console.log(answers.join());
	const child = fork(__filename, ['child']);
	child.send(21);
	console.log(await new Promise((r) => child.on('message', r)),
		await new Promise((r) => child.on('exit', r)));
	fs.mkdirSync('d');
	await Promise.all([...Array(50).keys()].map((n) =>
		fs.promises.writeFile(`d/${n}`, `${n}`)));
	console.log(fs.readdirSync('d').length);
	fs.rmSync('d', { recursive: true });
	const server = http.createServer((q, a) => a.end(q.url));
	await new Promise((r) => server.listen(0, '127.0.0.1', r));
	const { port } = server.address();
	const pages = await Promise.all([...Array(30).keys()].map((n) =>
		get(port, `/${n}`)));
	console.log(pages.length, pages[29]);
	server.close();
}
