import { expect, it } from 'vitest';
import { dockerfileLine } from './dockerfile-line.ts';

it.each([
  ['/bin/sh -c #(nop)  CMD ["sh"]', 'CMD ["sh"]'],
  ['RUN /bin/sh -c apt-get update # buildkit', 'RUN apt-get update'],
  ['/bin/sh -c make', 'RUN make'],
  ['COPY /a /b # buildkit', 'COPY /a /b'],
  ['', ''],
])('%s', (recorded, line) => expect(dockerfileLine(recorded)).toBe(line));
