/** How a sample sends a file as it lies there: what is put into the mended code of a call that has no body yet. */
import { swap } from './swap.ts';

type SendFile = (code: string, file: string) => string;

export const sendFile = {
  shell: (code, file) => `${code} \\\n  --data-binary @${file}`,
  javascript: (code, file) => {
    const method = "method: 'POST',";
    const body = swap(code, method, `${method}\n  body: await readFile('${file}'),`);
    return `import { readFile } from 'node:fs/promises';\n\n${body}`;
  },
  python: (code, file) => swap(code, '\n    }\n)', `\n    },\n    data=open("${file}", "rb")\n)`),
  java: (code, file) =>
    swap(
      code,
      'HttpRequest.BodyPublishers.noBody()',
      `HttpRequest.BodyPublishers.ofFile(java.nio.file.Path.of("${file}"))`,
    ),
  go: (code, file) => {
    const opened = `\tfile, _ := os.Open("${file}")\n\tdefer file.Close()\n\n`;
    return swap(
      code,
      '\treq, _ := http.NewRequest("POST", requestUrl, nil)',
      `${opened}\treq, _ := http.NewRequest("POST", requestUrl, file)`,
    );
  },
  php: (code, file) => {
    const method = 'curl_setopt($ch, CURLOPT_POST, true);';
    return swap(code, method, `${method}\ncurl_setopt($ch, CURLOPT_POSTFIELDS, file_get_contents('${file}'));`);
  },
  ruby: (code, file) => swap(code, '\n\nresponse =', `\nrequest.body = File.binread('${file}')\n\nresponse =`),
  swift: (code, file) =>
    swap(
      code,
      '\n\nlet (data',
      `\nrequest.httpBody = try Data(contentsOf: URL(fileURLWithPath: "${file}"))\n\nlet (data`,
    ),
  c: (code, file) => {
    const perform = 'CURLcode res = curl_easy_perform(curl);';
    const sent = `FILE *file = fopen("${file}", "rb");
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_READDATA, file);
  ${perform}
  fclose(file);`;
    return swap(code, perform, sent);
  },
  csharp: (code, file) => {
    const content = `request.Content = new StreamContent(File.OpenRead("${file}"));`;
    return swap(code, '\n\nusing var response', `\n${content}\n\nusing var response`);
  },
  objectivec: (code, file) => {
    const method = '[request setHTTPMethod:@"POST"];';
    return swap(code, method, `${method}\n    [request setHTTPBody:[NSData dataWithContentsOfFile:@"${file}"]];`);
  },
  ocaml: (code, file) => {
    const read = `Lwt_io.with_file ~mode:Lwt_io.Input "${file}" Lwt_io.read >>= fun bytes ->
    let body = Cohttp_lwt.Body.of_string bytes in`;
    return swap(
      code,
      'Cohttp_lwt_unix.Client.call ~headers',
      `${read}\n    Cohttp_lwt_unix.Client.call ~headers ~body`,
    );
  },
  dart: (code, file) => swap(code, 'headers: headers)', `headers: headers, body: await File('${file}').readAsBytes())`),
  r: (code, file) => swap(code, '  req_perform()', `  req_body_file("${file}") |>\n  req_perform()`),
  // No text can hold what is sent.
  http: (code, file) => `${code.trimEnd()}\nContent-Length: FILE_SIZE\n\n<the bytes of ${file}>`,
} as const satisfies Record<string, SendFile>;
