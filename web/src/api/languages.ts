/** The languages of the samples, and how each is written: by @scalar/snippetz, then mended. */
import type { Plugin } from '@scalar/snippetz';
import { cLibcurl } from '@scalar/snippetz/plugins/c/libcurl';
import { csharpHttpclient } from '@scalar/snippetz/plugins/csharp/httpclient';
import { dartHttp } from '@scalar/snippetz/plugins/dart/http';
import { goNative } from '@scalar/snippetz/plugins/go/native';
import { httpHttp11 } from '@scalar/snippetz/plugins/http/http11';
import { javaNethttp } from '@scalar/snippetz/plugins/java/nethttp';
import { jsFetch } from '@scalar/snippetz/plugins/js/fetch';
import { objcNsurlsession } from '@scalar/snippetz/plugins/objc/nsurlsession';
import { ocamlCohttp } from '@scalar/snippetz/plugins/ocaml/cohttp';
import { phpCurl } from '@scalar/snippetz/plugins/php/curl';
import { pythonRequests } from '@scalar/snippetz/plugins/python/requests';
import { rHttr2 } from '@scalar/snippetz/plugins/r/httr2';
import { rubyNative } from '@scalar/snippetz/plugins/ruby/native';
import { shellCurl } from '@scalar/snippetz/plugins/shell/curl';
import { swiftNsurlsession } from '@scalar/snippetz/plugins/swift/nsurlsession';
import {
  type Mend,
  mendC,
  mendCSharp,
  mendDart,
  mendGo,
  mendHttp,
  mendJava,
  mendJavaScript,
  mendObjectiveC,
  mendOcaml,
  mendPhp,
  mendPython,
  mendR,
  mendRuby,
  mendShell,
  mendSwift,
} from './mend.ts';
import { keyMark, type SampleCall } from './sample-call.ts';
import { sendFile } from './send-file.ts';

type Language = { readonly name: string; readonly plugin: Plugin; readonly mend: Mend };

/** In the order they are offered; what is called so in every language of the pages. */
export const languages = {
  shell: { name: 'Shell', plugin: shellCurl, mend: mendShell },
  javascript: { name: 'JavaScript', plugin: jsFetch, mend: mendJavaScript },
  python: { name: 'Python', plugin: pythonRequests, mend: mendPython },
  java: { name: 'Java', plugin: javaNethttp, mend: mendJava },
  go: { name: 'Go', plugin: goNative, mend: mendGo },
  php: { name: 'PHP', plugin: phpCurl, mend: mendPhp },
  ruby: { name: 'Ruby', plugin: rubyNative, mend: mendRuby },
  swift: { name: 'Swift', plugin: swiftNsurlsession, mend: mendSwift },
  c: { name: 'C', plugin: cLibcurl, mend: mendC },
  csharp: { name: 'C#', plugin: csharpHttpclient, mend: mendCSharp },
  objectivec: { name: 'Objective-C', plugin: objcNsurlsession, mend: mendObjectiveC },
  ocaml: { name: 'OCaml', plugin: ocamlCohttp, mend: mendOcaml },
  dart: { name: 'Dart', plugin: dartHttp, mend: mendDart },
  r: { name: 'R', plugin: rHttr2, mend: mendR },
  http: { name: 'HTTP', plugin: httpHttp11, mend: mendHttp },
} as const satisfies Record<string, Language>;

export type LanguageName = keyof typeof languages;
export const languageNames = Object.keys(languages) as LanguageName[];

export function writeSample(language: LanguageName, call: SampleCall): string {
  const { plugin, mend } = languages[language];
  const { method, url, scheme, body, file } = call;
  const type = 'application/json';
  const code = plugin.generate({
    method,
    url,
    headers: [
      ...(scheme === undefined ? [] : [{ name: 'Authorization', value: `${scheme} ${keyMark}` }]),
      ...(body === undefined ? [] : [{ name: 'Content-Type', value: type }]),
    ],
    ...(body === undefined ? {} : { postData: { mimeType: type, text: JSON.stringify(body) } }),
  } as Parameters<Plugin['generate']>[0]);
  const mended = mend(code, call);
  return file === undefined ? mended : sendFile[language](mended, file);
}
