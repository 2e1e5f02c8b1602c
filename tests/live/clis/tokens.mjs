// The stand-in for the server that renews stored sign-ins, on port 443 of the namespace. It does as the file MODE says (refuse,
// silent, renew), and notes every request in the file CALLS. Usage: node tokens.mjs FOLDER-WITH-CERTIFICATE MODE CALLS
import https from "node:https";
import fs from "node:fs";

const [folder, modeFile, callsFile] = process.argv.slice(2);
const [key, cert] = ["server.key", "server.pem"].map((name) => fs.readFileSync(`${folder}/${name}`));
const answers = {
  refuse: [400, { error: "invalid_grant", error_description: "refresh token is no longer good" }],
  renew: [200, { token_type: "Bearer", access_token: "made-up-renewed", refresh_token: "made-up-renewed", expires_in: 3600, scope: "user:inference" }],
};

https.createServer({ key, cert }, (req, res) => {
  req.resume().on("end", () => {
    fs.appendFileSync(callsFile, `renew ${req.method} ${req.headers.host}${req.url}\n`);
    const answer = req.url.endsWith("/oauth/token") ? answers[fs.readFileSync(modeFile, "utf8").trim()] : [404, {}];
    if (!answer) return; // it stays silent
    res.writeHead(answer[0], { "content-type": "application/json" });
    res.end(JSON.stringify(answer[1]));
  });
}).listen(443, "127.0.0.1");
