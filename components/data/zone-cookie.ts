// Where the viewer's time zone is kept between visits.
export const zoneCookie = 'holdfast-zone'
