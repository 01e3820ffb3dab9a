// While a page is on its way.
import { PageSkeleton } from '#components/patterns/page.tsx'

export default PageSkeleton
