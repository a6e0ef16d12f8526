/** What no browser shows by itself, and what cannot be shown here: its name, its size, and what to do with it. */
import type { Artifact } from '../../../sdk/index.ts';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';

type FileCardProps = { readonly file: Artifact; readonly text: string };

export function FileCard({ file, text }: FileCardProps) {
  const { format } = useWords();
  return (
    <div className="file-card">
      <Icon name="mesh" />
      <span>
        <strong>{file.file_name}</strong>
        <span className="faint">{text}</span>
      </span>
      <span className="faint">{format.bytes(file.size_bytes)}</span>
    </div>
  );
}
