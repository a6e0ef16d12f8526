/** What a task made, shown as what it is. */
import type { Artifact } from '../../../sdk/index.ts';
import { ownPath } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';
import { Film } from './film.tsx';
import { Picture } from './picture.tsx';
import { Text } from './text.tsx';

export function Viewer({ file, alt }: { readonly file: Artifact; readonly alt: string }) {
  switch (file.kind) {
    case 'image':
      return <Picture file={file} alt={alt} />;
    case 'video':
      return <Film file={file} />;
    case 'audio':
      // biome-ignore lint/a11y/useMediaCaption: nobody has written down what a generated sound says.
      return <audio className="sound" src={ownPath(file.url)} controls aria-label={alt} />;
    case 'text':
      return <Text file={file} />;
    default:
      return <FileCard file={file} />;
  }
}

/** What no browser shows by itself: a viewer of meshes would weigh more than the first page. */
function FileCard({ file }: { readonly file: Artifact }) {
  const { t, format } = useWords();
  return (
    <div className="file-card">
      <Icon name="mesh" />
      <span>
        <strong>{file.file_name}</strong>
        <span className="faint">{file.kind === 'mesh' ? t('file.mesh') : t('file.archive')}</span>
      </span>
      <span className="faint">{format.bytes(file.size_bytes)}</span>
    </div>
  );
}
