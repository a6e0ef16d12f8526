/** What a task made, shown as what it is. */
import type { Artifact } from '../../../sdk/index.ts';
import { ownPath } from '../api.ts';
import { useWords } from '../i18n/index.tsx';
import { FileCard } from './file-card.tsx';
import { Film } from './film.tsx';
import { Mesh } from './mesh.tsx';
import { Picture } from './picture.tsx';
import { Text } from './text.tsx';

export function Viewer({ file, alt }: { readonly file: Artifact; readonly alt: string }) {
  const { t } = useWords();
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
    case 'mesh':
      return <Mesh file={file} alt={alt} />;
    default:
      return <FileCard file={file} text={t('file.archive')} />;
  }
}
