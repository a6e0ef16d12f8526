/**
 * What the generator's samples lack to run as they stand: the key from the environment, the imports, the answer printed or
 * saved, and a few faults put right (docs/decisions/0085-request-samples.md). Each replacement must find its place: a new
 * version of the generator that writes something else fails the tests instead of going out half mended.
 */
import { keyMark, keyVariable, type SampleCall } from './sample-call.ts';
import { swap } from './swap.ts';

export type Mend = (code: string, call: SampleCall) => string;

/** By `\n` alone: `^` of a regular expression also stands after a U+2028 within a text. */
const indent = (code: string, spaces: number) => {
  const space = ' '.repeat(spaces);
  return code
    .split('\n')
    .map((line) => (line === '' ? '' : space + line))
    .join('\n');
};
const given = ({ scheme }: SampleCall) => `${scheme} ${keyMark}`;

/** Replaces the key, if the call has one. */
function withKey(code: string, call: SampleCall, from: string, to: string): string {
  return call.scheme === undefined ? code : swap(code, from, to);
}

export const mendShell: Mend = (code, call) => {
  const keyed = withKey(
    code,
    call,
    `'Authorization: ${given(call)}'`,
    `"Authorization: ${call.scheme} $${keyVariable}"`,
  );
  return call.saveAs === undefined ? keyed : `${keyed} \\\n  --output ${call.saveAs}`;
};

export const mendJavaScript: Mend = (code, call) => {
  const key = `\`${call.scheme} \${process.env.${keyVariable}}\``;
  const request = `const response = await ${withKey(code, call, `'${given(call)}'`, key)};\n`;
  if (call.saveAs === undefined) return `${request}console.log(await response.text());`;
  return `import { writeFile } from 'node:fs/promises';\n\n${request}await writeFile('${call.saveAs}', await response.bytes());`;
};

export const mendPython: Mend = (code, call) => {
  const key = `f"${call.scheme} {os.environ['${keyVariable}']}"`;
  const request = `response = ${withKey(code, call, `"${given(call)}"`, key)}\n`;
  const imports = call.scheme === undefined ? 'import requests' : 'import os\nimport requests';
  if (call.saveAs === undefined) return `${imports}\n\n${request}print(response.text)`;
  return `${imports}\n\n${request}with open("${call.saveAs}", "wb") as file:\n    file.write(response.content)`;
};

export const mendJava: Mend = (code, call) => {
  const keyed = withKey(code, call, `"${given(call)}"`, `"${call.scheme} " + System.getenv("${keyVariable}")`);
  const saved = `HttpResponse.BodyHandlers.ofFile(java.nio.file.Path.of("${call.saveAs}"))`;
  const kept =
    call.saveAs === undefined
      ? keyed
      : swap(
          swap(keyed, 'HttpResponse<String>', 'HttpResponse<java.nio.file.Path>'),
          'HttpResponse.BodyHandlers.ofString()',
          saved,
        );
  return `import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

public class Sample {
  public static void main(String[] args) throws Exception {
${indent(kept, 4)}
  }
}`;
};

export const mendGo: Mend = (code, call) => {
  const isSaved = call.saveAs !== undefined;
  const keyed = withKey(code, call, `"${given(call)}"`, `"${call.scheme} "+os.Getenv("${keyVariable}")`);
  const printed = '\tfmt.Println(res)\n\tfmt.Println(string(body))\n\n}';
  const ended = isSaved ? `\tos.WriteFile("${call.saveAs}", body, 0o644)\n}` : '\tfmt.Println(string(body))\n}';
  const done = swap(keyed, printed, ended);
  const hasSystem = isSaved || call.scheme !== undefined;
  const named = hasSystem ? swap(done, '\t"net/http"\n', '\t"net/http"\n\t"os"\n') : done;
  return isSaved ? swap(named, '\t"fmt"\n', '') : named;
};

export const mendPhp: Mend = (code, call) => {
  const key = `'Authorization: ${call.scheme} ' . getenv('${keyVariable}')`;
  const keyed = withKey(code, call, `'Authorization: ${given(call)}'`, key);
  const save = `curl_setopt($ch, CURLOPT_FILE, fopen('${call.saveAs}', 'wb'));\n\ncurl_exec($ch);`;
  return `<?php\n${call.saveAs === undefined ? keyed : swap(keyed, 'curl_exec($ch);', save)}`;
};

/** The generator's heredoc would read `#{}` and backslashes of the JSON as Ruby. */
export const mendRuby: Mend = (code, call) => {
  const key = `"${call.scheme} #{ENV.fetch('${keyVariable}')}"`;
  const keyed = withKey(code, call, `'${given(call)}'`, key);
  const literal = call.body === undefined ? keyed : swap(keyed, '<<~JSON', "<<~'JSON'");
  if (call.saveAs === undefined) return literal;
  return swap(literal, 'puts response.read_body', `File.binwrite('${call.saveAs}', response.body)`);
};

/** The generator's raw string fills in what the JSON has in `\#()`: in a plain one, no backslash is left to its meaning. */
export const mendSwift: Mend = (code, call) => {
  const key = `"${call.scheme} \\(ProcessInfo.processInfo.environment["${keyVariable}"] ?? "")"`;
  const literal = call.body === undefined ? code : escapeSwift(code, call.body);
  const keyed = withKey(literal, call, `"${given(call)}"`, key);
  if (call.saveAs === undefined) return keyed;
  const save = `try data.write(to: URL(fileURLWithPath: "${call.saveAs}"))`;
  return swap(keyed, 'print(String(data: data, encoding: .utf8) ?? "")', save);
};

function escapeSwift(code: string, body: object): string {
  const json = JSON.stringify(body, undefined, 2);
  return swap(code, `#"""\n${json}\n"""#`, `"""\n${json.replaceAll('\\', '\\\\')}\n"""`);
}

const mostHeaderBytes = 512;

export const mendC: Mend = (code, call) => {
  const key = `char authorization[${mostHeaderBytes}];
  snprintf(authorization, sizeof authorization, "Authorization: ${call.scheme} %s", getenv("${keyVariable}"));
  headers = curl_slist_append(headers, authorization);`;
  const appended = `headers = curl_slist_append(headers, "Authorization: ${given(call)}");`;
  const keyed = `#include <stdio.h>\n#include <stdlib.h>\n${withKey(code, call, appended, key)}`;
  if (call.saveAs === undefined) return keyed;
  const perform = 'CURLcode res = curl_easy_perform(curl);';
  const save = `FILE *file = fopen("${call.saveAs}", "wb");
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, file);
  ${perform}
  fclose(file);`;
  return swap(keyed, perform, save);
};

export const mendCSharp: Mend = (code, call) => {
  const key = `"${call.scheme}", Environment.GetEnvironmentVariable("${keyVariable}")`;
  const keyed = withKey(code, call, `"${call.scheme}", "${keyMark}"`, key);
  const end =
    call.saveAs === undefined
      ? 'Console.WriteLine(await response.Content.ReadAsStringAsync());'
      : `await File.WriteAllBytesAsync("${call.saveAs}", await response.Content.ReadAsByteArrayAsync());`;
  return `using System.Net.Http.Headers;\n\n${keyed}\n${end}`;
};

/** A program that waits for its answer, which the generator leaves to the reader. */
export const mendObjectiveC: Mend = (code, call) => {
  const key = `[@"${call.scheme} " stringByAppendingString:NSProcessInfo.processInfo.environment[@"${keyVariable}"]]`;
  const keyed = withKey(code, call, `@"${given(call)}"`, key);
  const end =
    call.saveAs === undefined
      ? '    NSLog(@"%@", [[NSString alloc] initWithData:data encoding:NSUTF8StringEncoding]);'
      : `    [data writeToFile:@"${call.saveAs}" atomically:YES];`;
  const shown =
    '    NSHTTPURLResponse *httpResponse = (NSHTTPURLResponse *) response;\n    NSLog(@"%@", httpResponse);';
  const answered = swap(swap(keyed, shown, end), '  }\n}];', '  }\n  dispatch_semaphore_signal(answered);\n}];');
  const body = swap(answered, '#import <Foundation/Foundation.h>\n\n', '');
  return `#import <Foundation/Foundation.h>

int main(void) {
  @autoreleasepool {
    dispatch_semaphore_t answered = dispatch_semaphore_create(0);
${indent(body, 4)}
    dispatch_semaphore_wait(answered, DISPATCH_TIME_FOREVER);
  }
}`;
};

export const mendOcaml: Mend = (code, call) => {
  const keyed = withKey(code, call, `"${given(call)}"`, `"${call.scheme} " ^ Sys.getenv "${keyVariable}"`);
  if (call.saveAs === undefined) return keyed;
  const save = `>>= fun bytes ->
    Lwt_io.with_file ~mode:Lwt_io.Output "${call.saveAs}" (fun file -> Lwt_io.write file bytes)`;
  return swap(keyed, '>>= Lwt_io.printl', save);
};

/** The generator's raw string ends at the first apostrophe of the JSON. */
export const mendDart: Mend = (code, call) => {
  const key = `'${call.scheme} \${Platform.environment['${keyVariable}']}'`;
  const keyed = withKey(code, call, `'${given(call)}'`, key);
  const raw = `r'${JSON.stringify(call.body)}'`;
  // JSON is Dart, but for what Dart fills into a text.
  const literal = JSON.stringify(call.body, undefined, 2)?.replaceAll('$', '\\$').replaceAll('\n', '\n  ');
  const bodied = call.body === undefined ? keyed : swap(keyed, raw, `jsonEncode(${literal})`);
  const saved =
    call.saveAs === undefined
      ? bodied
      : swap(bodied, 'print(response.body);', `await File('${call.saveAs}').writeAsBytes(response.bodyBytes);`);
  const libraries = [
    ...(call.body === undefined ? [] : ["import 'dart:convert';\n"]),
    ...(call.scheme === undefined && call.saveAs === undefined ? [] : ["import 'dart:io';\n"]),
  ];
  return `${libraries.join('')}${saved}`;
};

export const mendR: Mend = (code, call) => {
  const keyed = withKey(code, call, `"${given(call)}"`, `paste("${call.scheme}", Sys.getenv("${keyVariable}"))`);
  if (call.saveAs === undefined) return keyed;
  return swap(keyed, 'req_perform()\n\nresp_body_string(response)', `req_perform(path = "${call.saveAs}")`);
};

/** The generator names the host without its port, and says no length. */
export const mendHttp: Mend = (code, call) => {
  const { host, hostname } = new URL(call.url);
  const named = swap(code.replaceAll('\r\n', '\n'), `Host: ${hostname}`, `Host: ${host}`);
  const keyed = withKey(named, call, given(call), `${call.scheme} $${keyVariable}`);
  if (call.body === undefined) return keyed;
  const length = new TextEncoder().encode(JSON.stringify(call.body)).length;
  return swap(keyed, '\n\n', `\nContent-Length: ${length}\n\n`);
};
